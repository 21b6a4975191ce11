/** Errors of plan, apply, status and credentials. */
export const provisioningErrors = {
  FREEHOLD_CONFIG_NOT_FOUND: {
    meaning: 'There is no freehold.config.ts to read.',
    fix: 'Run the command in the folder of freehold.config.ts, or name the file with --config.',
  },
  FREEHOLD_SERVER_UNKNOWN: {
    meaning: 'A service has no server to live on.',
    fix: 'Set FREEHOLD_SERVER_URL to the URL of an administrator, or run `npm start` once for the embedded server.',
  },
  FREEHOLD_SERVER_URL_INVALID: {
    meaning: 'An environment variable that must hold the URL of a server holds something else.',
    fix: 'Write it as postgresql://administrator:password@host:5432/postgres.',
  },
  FREEHOLD_SERVER_UNREACHABLE: {
    meaning: 'A server does not answer, or does not let in who asks: the administrator, or a service.',
    fix: 'Check that it runs (the embedded one runs while `npm start` does), and that address, name and password are right.',
  },
  FREEHOLD_SESSION_REFUSED: {
    meaning:
      'The database of a service refused what the command line asked with the credentials of its app role.',
    fix: 'The message says what it answered. `freehold plan` and `freehold migrate status` show what is missing: apply the manifest, and migrate.',
  },
  FREEHOLD_SERVER_UNSUPPORTED: {
    meaning: 'A server is older than Freehold supports.',
    fix: 'Use PostgreSQL 15, 16, 17 or 18.',
  },
  FREEHOLD_ADMINISTRATOR_TOO_WEAK: {
    meaning:
      'The administrator is no superuser, so it could neither guard the logs nor see all that must be checked.',
    fix: 'Give the URL of a superuser. It is used to plan and to apply, and never by a service.',
  },
  FREEHOLD_CREDENTIALS_UNREADABLE: {
    meaning: 'A file of credentials is there and cannot be read.',
    fix: 'Check who owns it, and that its mode is 0600.',
  },
  FREEHOLD_CREDENTIALS_MISSING: {
    meaning: 'A role has no credentials yet.',
    fix: 'Run `freehold apply`, which makes them.',
  },
  FREEHOLD_CREDENTIALS_ELSEWHERE: {
    meaning: 'The credentials of a role lead to another database than the one that the manifest names.',
    fix: 'Name the state folder that belongs to this configuration (--state), or run `freehold apply`, which writes them anew.',
  },
  FREEHOLD_APPLY_FAILED: {
    meaning: 'The server refused a statement of the plan. What belongs to the same database was rolled back.',
    fix: 'Read what the server said, take the cause away, and run `freehold apply` again: it goes on from there.',
  },
  FREEHOLD_APPLY_INCOMPLETE: {
    meaning: 'Differences are left after applying the plan.',
    fix: 'Run `freehold plan` to see them. Something else may be changing the server at the same time.',
  },
  FREEHOLD_APPLY_BUSY: {
    meaning: 'Another process is applying a plan to the same server.',
    fix: 'Wait until it is done.',
  },
} as const
