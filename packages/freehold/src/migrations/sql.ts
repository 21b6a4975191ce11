import { readFileSync } from 'node:fs'

type RunnerQuery =
  | 'read-records'
  | 'run-under-way'
  | 'last-run'
  | 'prepare-session'
  | 'invalid-indexes'
  | 'index-definition'
  | 'detach-state'
  | 'reindex-leftovers'
  | 'blockers'
  | 'backfill-key'
  | 'backfill-range'
  | 'backfill-move'
  | 'backfill-begin'

/** The text of one of the runner's own queries. */
export function runnerSql(name: RunnerQuery): string {
  return readFileSync(new URL(`../../sql/migrations/${name}.sql`, import.meta.url), 'utf8')
}
