import type { Service } from '@freehold/manifest'
import { Columns } from '../statements/columns.js'
import { requireTable } from '../statements/require-table.js'
import { GuardedEntity } from './guarded-entity.js'
import type { MutableEntity } from './mutable-entity.js'

/**
 * A mutable table that the service owns.
 *
 * @param service - Its part of the manifest.
 * @param table - The table's name there.
 * @param options - `columns`: those to read and write, `version` and the key among them.
 * @typeParam Personal - Those of them that the manifest marks as personal: in a revision they may be erased.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when the service owns no mutable table of that
 *   name, `FREEHOLD_COLUMN_UNKNOWN` when the columns lack the key or the version.
 */
export function mutableEntity<Row extends { version: number }, Personal extends keyof Row = never>(
  service: Service,
  table: string,
  options: { columns: readonly (keyof Row & string)[] },
): MutableEntity<Row, Personal> {
  const { key } = requireTable(service, table, 'mutable')
  const columns = new Columns(table, options.columns)
  columns.require(key)
  columns.require('version')
  return new GuardedEntity<Row, Personal>(service, { name: table, key, columns: columns.names }, columns)
}
