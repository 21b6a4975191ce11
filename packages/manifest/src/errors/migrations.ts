/** Errors of the migration runner. */
export const migrationErrors = {
  FREEHOLD_MIGRATION_EDITED: {
    meaning: 'A migration that was already applied has another content now.',
    fix: 'Restore the file as it was, and put the change in a new migration.',
  },
  FREEHOLD_MIGRATION_MISSING: {
    meaning: 'A migration that was already applied, or begun, has no file any more.',
    fix: 'Restore the file; an older checkout than the database is the usual reason.',
  },
  FREEHOLD_MIGRATION_RENAMED: {
    meaning: 'A migration was applied, or begun, under another name than its file has now.',
    fix: 'Give the file back its name; if it is another migration, give it the next free number.',
  },
  FREEHOLD_MIGRATION_NUMBERING: {
    meaning: 'The numbers of the migrations have a gap or a double, or a file has no number.',
    fix: 'Name the files NNNN_name.sql, from 0001 on, each number once. `freehold migrate new` does it.',
  },
  FREEHOLD_MIGRATION_NUMBER_TAKEN: {
    meaning:
      'The database has another migration under the number of a file: two branches each wrote the next one.',
    fix: 'Merge the branch whose migration was applied, and give the other file the next free number.',
  },
  FREEHOLD_MIGRATION_OUT_OF_ORDER: {
    meaning: 'A file was never applied and has a lower number than a migration that was.',
    fix: 'Give it the next free number, so that it comes last in every database.',
  },
  FREEHOLD_MIGRATION_CHANGED: {
    meaning: 'A file was changed between being read and being run. Nothing of it was run.',
    fix: 'Migrate again when nothing writes to the folder any more.',
  },
  FREEHOLD_MIGRATION_UNREADABLE: {
    meaning: 'A migration is not UTF-8 text, or has a NUL character. Nothing of it was run.',
    fix: 'Save the file as UTF-8, without NUL characters.',
  },
  FREEHOLD_MIGRATION_EMPTY: {
    meaning: 'A migration has no statement.',
    fix: 'Write the statements, or remove the file.',
  },
  FREEHOLD_MIGRATION_SYNTAX: {
    meaning: 'A migration is not SQL that PostgreSQL can parse. Nothing was run.',
    fix: 'Mend the file at the place shown.',
  },
  FREEHOLD_MIGRATION_STATEMENT_REFUSED: {
    meaning: 'A migration contains a statement that would take the run out of its hands. Nothing was run.',
    fix: 'Remove the statement; the runner opens and ends the transaction, and acts as the owner.',
  },
  FREEHOLD_MIGRATION_BACKFILL: {
    meaning:
      'A backfill directive cannot be followed: it is not written as it must be, or its table has no such key.',
    fix: 'Mend the directive at the place shown. The key is a column that is not null and has a unique index of its own.',
  },
  FREEHOLD_MIGRATION_FAILED: {
    meaning: 'A statement of a migration failed. Everything that its file did was rolled back.',
    fix: 'Mend the file at the place shown and migrate again.',
  },
  FREEHOLD_MIGRATION_STOPPED_MIDWAY: {
    meaning: 'A migration that cannot run in a transaction stopped between its statements.',
    fix: 'Mend the statement shown and migrate again: the run goes on there. Leave what is above it as it is.',
  },
  FREEHOLD_MIGRATION_BLOCKED: {
    meaning:
      'Other sessions held locks that a migration needs, longer than it waits and as often as it tries. What is done of it is in the message; of a migration in one transaction, nothing is.',
    fix: 'End the transactions that are named, or wait for them, and migrate again.',
  },
  FREEHOLD_MIGRATION_NEEDS_RIGHTS: {
    meaning: "A migration needs a right that the service's owner does not have.",
    fix: 'Leave it to whom it belongs: an administrator of the server, the platform, or another service.',
  },
  FREEHOLD_MIGRATION_UNDECIDED: {
    meaning:
      'A run died while a statement outside a transaction ran, and the catalog does not tell whether it is done.',
    fix: 'Look yourself, and say it with `freehold migrate resolve <service> <number> <statement> --done` or `--again`.',
  },
  FREEHOLD_MIGRATION_NOTHING_TO_RESOLVE: {
    meaning: 'No run left the statement open that was to be resolved.',
    fix: 'See with `freehold migrate status` which statement it is, if any.',
  },
  FREEHOLD_MIGRATION_INVALID_INDEX: {
    meaning: 'A migration without a transaction left an index that the server does not use.',
    fix: 'Append `drop index concurrently if exists <index>;` to the file, build it anew, and migrate again.',
  },
  FREEHOLD_MIGRATION_INTERRUPTED: {
    meaning: 'The connection was lost while a migration ran, so its outcome is known to the server alone.',
    fix: 'Ask with `freehold migrate status`; migrating again is safe.',
  },
  FREEHOLD_MIGRATION_LOCKED: {
    meaning: 'Another run migrates this service and did not end in time.',
    fix: 'Wait for it, or end it: its lock goes with its process.',
  },
  FREEHOLD_MIGRATION_LOCK_LOST: {
    meaning:
      'A run has lost the lock of its service to another session: a statement gave it up, or a pooler changed the session of the server.',
    fix: 'Connect the migrator straight to the server, and release no advisory lock in a migration; then migrate again.',
  },
  FREEHOLD_MIGRATION_READ_ONLY: {
    meaning:
      'The server that the migrator connects to takes no writes: it is a standby, or set to read only.',
    fix: 'Connect to the primary, or have an administrator let the migrator write.',
  },
  FREEHOLD_MIGRATION_CONNECTION_FAILED: {
    meaning: 'The migrator could not connect.',
    fix: 'Check that the server runs, and that `freehold apply` was run after the last change.',
  },
  FREEHOLD_MIGRATION_NOT_PROVISIONED: {
    meaning: "The database does not have the runner's records or guards yet.",
    fix: 'Run `freehold apply`, then migrate.',
  },
  FREEHOLD_MIGRATION_WRONG_ROLE: {
    meaning: "The run does not act as the service's owner, so the tables would belong to somebody else.",
    fix: "Connect with the migrator's credentials; if it has them, run `freehold apply`.",
  },
  FREEHOLD_MIGRATION_DIRECTORY: {
    meaning: 'The folder of the migrations, or a file in it, cannot be read or written.',
    fix: 'Check `migrations` in the ownership.ts of the service; it is relative to freehold.config.ts.',
  },
  FREEHOLD_MIGRATION_NAME: {
    meaning: 'A name was given that a migration cannot have.',
    fix: 'Use lower case letters, digits and single underscores, for example add_tags_to_notes.',
  },
} as const
