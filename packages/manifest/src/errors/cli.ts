/** Errors of the command line and of the configuration that it reads. */
export const cliErrors = {
  FREEHOLD_CONFIG_DOES_NOT_LOAD: {
    meaning: 'freehold.config.ts, or something that it imports, cannot be run.',
    fix: 'Mend the file at the place shown.',
  },
  FREEHOLD_CONFIG_NOT_A_SYSTEM: {
    meaning: 'freehold.config.ts does not export a system.',
    fix: 'End it with `export default defineSystem({ … })`.',
  },
  FREEHOLD_CLI_USAGE: {
    meaning: 'The command line names a command or a flag that does not exist, or lacks one.',
    fix: 'See `freehold --help`, or `freehold <command> --help`.',
  },
  FREEHOLD_CLI_NOT_CONFIRMED: {
    meaning: 'A change was not confirmed, so nothing was changed.',
    fix: 'Answer yes, or use --yes where nobody can be asked.',
  },
  FREEHOLD_CLI_OUTPUT_NOT_WRITTEN: {
    meaning: 'A file that a command was asked to write cannot be written.',
    fix: 'Choose a folder that you may write to.',
  },
  FREEHOLD_CLI_UNEXPECTED: {
    meaning: 'Something happened that Freehold did not foresee.',
    fix: 'Run it again with FREEHOLD_DEBUG=1 and report what it prints.',
  },
} as const
