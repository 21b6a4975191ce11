import { readFileSync } from 'node:fs'

/** The text of one of the runner's own queries. */
export function runnerSql(
  name: 'read-records' | 'lock-holder' | 'prepare-session' | 'invalid-indexes',
): string {
  return readFileSync(new URL(`../../sql/migrations/${name}.sql`, import.meta.url), 'utf8')
}
