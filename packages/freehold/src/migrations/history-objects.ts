import { readFileSync } from 'node:fs'

const definition = new URL('../../sql/migrations/history.sql', import.meta.url)

/** The tables of the runner's records, in the schema `freehold` of every database. */
export const historyTables = ['migrations', 'migration_runs', 'migration_steps'] as const

/** The columns of each that a service's owner may INSERT; the times are the server's to say. */
export const historyInsertColumns: Readonly<Record<(typeof historyTables)[number], readonly string[]>> = {
  migrations: ['service', 'number', 'name', 'checksum', 'duration_ms', 'tool_version', 'server_version'],
  migration_runs: ['service', 'tool_version'],
  migration_steps: ['service', 'number', 'step', 'checksum'],
}

/**
 * The script that makes the runner's records in one database. The administrator runs it, after the schema
 * and the platform role exist; running it again changes nothing.
 */
export function historyObjects(): string {
  return readFileSync(definition, 'utf8')
}
