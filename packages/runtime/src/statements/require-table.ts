import type { ImmutableTable, MutableTable, Service, Table } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'

/**
 * The service's table of that name and kind.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when the service owns none.
 */
export function requireTable(service: Service, table: string, kind: 'mutable'): MutableTable
export function requireTable(service: Service, table: string, kind: 'immutable'): ImmutableTable
export function requireTable(service: Service, table: string, kind: Table['mutability']): Table {
  const found = Object.hasOwn(service.owns, table) ? service.owns[table] : undefined
  if (found?.mutability === kind) return found
  const names = Object.keys(service.owns).filter((name) => service.owns[name]?.mutability === kind)
  const what =
    found === undefined ? 'does not own a table' : `has declared as ${found.mutability}, not as ${kind},`
  throw new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_TABLE', {
    message: `The service "${service.name}" ${what} "${table}".`,
    fix: `Declare it in the service's ownership.ts, or use one of: ${names.join(', ') || '(it has none)'}.`,
    details: { service: service.name, table, kind, names },
  })
}
