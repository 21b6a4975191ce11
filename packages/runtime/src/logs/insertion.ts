import type { NamedStatement } from '../database/index.js'
import type { ColumnValue, Columns } from '../statements/columns.js'
import { identifier, identifiers } from '../statements/identifier.js'
import { Parameters } from '../statements/parameters.js'
import { prepared } from '../statements/prepared.js'

/** The statement that appends the rows to a log; none for no rows. Only that of a single row is prepared. */
export function insertion(
  table: string,
  columns: Columns,
  rows: readonly (readonly ColumnValue[])[],
): NamedStatement[] {
  if (rows.length === 0) return []
  const parameters = new Parameters()
  const given = new Set(rows.flatMap((row) => row.map(([column]) => column)))
  const names = columns.names.filter((name) => given.has(name))
  const tuples = rows.map((row) => tuple(names, new Map(row), parameters))
  const text =
    names.length === 0
      ? `insert into ${identifier(table)} default values`
      : `insert into ${identifier(table)} (${identifiers(names)}) values ${tuples.join(', ')}`
  const statement = rows.length === 1 ? prepared(text) : { text }
  return [{ ...statement, values: parameters.values }]
}

function tuple(names: readonly string[], row: ReadonlyMap<string, unknown>, parameters: Parameters): string {
  const places = names.map((name) => (row.has(name) ? parameters.add(row.get(name)) : 'default'))
  return `(${places.join(', ')})`
}
