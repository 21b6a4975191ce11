import type { ColumnValue } from './columns.js'
import { identifier } from './identifier.js'
import type { Parameters } from './parameters.js'

/** Equality of each column with its value: ` and "a" = $1 and "b" is null`. */
export function conditions(scope: readonly ColumnValue[], parameters: Parameters): string {
  return scope.map(([column, value]) => ` and ${condition(column, value, parameters)}`).join('')
}

/** What the text of the conditions depends on. */
export function conditionsShape(scope: readonly ColumnValue[]): string {
  return scope.map(([column, value]) => (value === null ? `${column}?` : column)).join(',')
}

function condition(column: string, value: unknown, parameters: Parameters): string {
  return value === null ? `${identifier(column)} is null` : `${identifier(column)} = ${parameters.add(value)}`
}
