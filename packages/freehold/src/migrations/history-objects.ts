import { readFileSync } from 'node:fs'

const definition = new URL('../../sql/migrations/history.sql', import.meta.url)

/** The tables of the runner's records, in the schema `freehold` of every database. */
export const historyTables = [
  'migrations',
  'migration_runs',
  'migration_starts',
  'migration_steps',
  'migration_journal',
  'migration_backfills',
  'migration_directives',
] as const

type HistoryTable = (typeof historyTables)[number]

/** The columns of each that a service's owner may INSERT; the times are the server's to say. */
export const historyInsertColumns: Readonly<Record<HistoryTable, readonly string[]>> = {
  migrations: ['service', 'number', 'name', 'checksum', 'duration_ms', 'tool_version', 'server_version'],
  migration_runs: ['service', 'tool_version'],
  migration_starts: [
    'service',
    'number',
    'name',
    'checksum',
    'contracts',
    'contracted_because',
    'tool_version',
  ],
  migration_steps: ['service', 'number', 'step', 'checksum'],
  migration_journal: ['service', 'number', 'step', 'checksum', 'event', 'tool_version'],
  migration_backfills: ['service', 'number', 'step', 'checksum', 'until_key', 'estimated_rows'],
  migration_directives: [
    'service',
    'number',
    'phase',
    'path',
    'compatible_with',
    'contracts',
    'unused_for',
    'contracted_because',
  ],
}

/** The columns that a service's owner may change: a backfill moves on, all else is only added to. */
export const historyUpdateColumns: Readonly<Partial<Record<HistoryTable, readonly string[]>>> = {
  migration_backfills: [
    'checksum',
    'until_key',
    'estimated_rows',
    'last_key',
    'rows_done',
    'rows_changed',
    'batches',
    'updated_at',
  ],
}

/**
 * The script that makes the runner's records in one database. The administrator runs it, after the schema
 * and the platform role exist; running it again changes nothing.
 */
export function historyObjects(): string {
  return readFileSync(definition, 'utf8')
}
