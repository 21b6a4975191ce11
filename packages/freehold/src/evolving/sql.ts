import { readFileSync } from 'node:fs'

/** The text of a query about a table that is to change. */
export function evolvingSql(name: 'table'): string {
  return readFileSync(new URL(`../../sql/evolving/${name}.sql`, import.meta.url), 'utf8')
}
