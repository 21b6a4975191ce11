/** Errors of releases: what is remembered of the versions of a service. */
export const releaseErrors = {
  FREEHOLD_RELEASE_DAMAGED: {
    meaning: 'A file of a release is missing, or is not what it must be.',
    fix: 'Restore the file from version control; a release never changes.',
  },
  FREEHOLD_RELEASE_EXISTS: {
    meaning: 'The version was released already, and is something else now.',
    fix: 'Raise the version in the package.json of the service, and release that.',
  },
  FREEHOLD_RELEASE_VERSION: {
    meaning: 'It is not known of which version a service is.',
    fix: 'Give the package.json of the service a `version` of the form 1.4.0.',
  },
  FREEHOLD_RECORDING_UNREADABLE: {
    meaning: 'What should be recorded statements cannot be read, or is something else.',
    fix: 'Name the folder that FREEHOLD_RECORD_STATEMENTS named, or a file of it; record anew where a file is cut off.',
  },
  FREEHOLD_STATEMENTS_OF_ANOTHER: {
    meaning:
      'Recorded statements are those of another service or version than the one that is released or checked.',
    fix: 'Record the service that is released or checked, in the version that its package.json says.',
  },
  FREEHOLD_STATISTICS_MISSING: {
    meaning: 'Statements are to be read from pg_stat_statements, which the server does not have.',
    fix: "Start the server with pg_stat_statements in shared_preload_libraries, and say `create extension pg_stat_statements` in the administrator's database.",
  },
  FREEHOLD_STATEMENTS_MISSING: {
    meaning: 'A version is to be released, and not one of its statements was recorded.',
    fix: 'Run the service with FREEHOLD_RECORD_STATEMENTS=<folder> and pass --statements <folder>, or pass --from-database.',
  },
  FREEHOLD_OPENAPI_UNREADABLE: {
    meaning:
      'What should be the OpenAPI document of a service cannot be read, is none, or refers to what it does not have.',
    fix: 'Give --openapi <service>=<file or URL> JSON or YAML with `openapi: 3.0.x`, `3.1.x` or `3.2.x`; the service must run for a URL, and documents of several files are bundled into one first.',
  },
} as const
