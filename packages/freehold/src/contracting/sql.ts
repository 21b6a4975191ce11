import { readFileSync } from 'node:fs'

/** The text of a query about what still uses the old shape. */
export function contractingSql(name: 'observed' | 'functions' | 'statistics'): string {
  return readFileSync(new URL(`../../sql/contracting/${name}.sql`, import.meta.url), 'utf8')
}
