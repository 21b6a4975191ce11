/** Errors of the migration runner. */
export const migrationErrors = {
  FREEHOLD_MIGRATION_EDITED: {
    meaning: 'A migration that was already applied has another content now.',
    fix: 'Restore the file as it was, and put the change in a new migration.',
  },
  FREEHOLD_MIGRATION_MISSING: {
    meaning: 'A migration that was already applied has no file any more.',
    fix: 'Restore the file; an older checkout than the database is the usual reason.',
  },
  FREEHOLD_MIGRATION_RENAMED: {
    meaning: 'A migration was applied under another name than its file has now.',
    fix: 'Give the file back its name; if it is another migration, give it the next free number.',
  },
  FREEHOLD_MIGRATION_NUMBERING: {
    meaning: 'The numbers of the migrations have a gap or a double, or a file has no number.',
    fix: 'Name the files NNNN_name.sql, from 0001 on, each number once. `freehold migrate new` does it.',
  },
  FREEHOLD_MIGRATION_UNREADABLE: {
    meaning: 'A migration is not UTF-8 text.',
    fix: 'Save the file as UTF-8.',
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
  FREEHOLD_MIGRATION_FAILED: {
    meaning: 'A statement of a migration failed. Everything that its file did was rolled back.',
    fix: 'Mend the file at the place shown and migrate again.',
  },
  FREEHOLD_MIGRATION_STOPPED_MIDWAY: {
    meaning: 'A migration that cannot run in a transaction stopped between its statements.',
    fix: 'Mend the statement shown and migrate again: the run goes on there. Leave what is above it as it is.',
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
