import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { refused } from './refuse.js'
import { evolvingSql } from './sql.js'

/** A column as the catalog has it. */
export interface ColumnShape {
  readonly name: string
  readonly type: string
  readonly isNotNull: boolean
  readonly default: string | null
  /** As an identity or from an expression. */
  readonly isGenerated: boolean
  /** False of types such as json, whose values cannot be compared. */
  readonly hasEquality: boolean
}

/** A table that is to change, and what hangs on the columns that are looked at. */
export interface TableShape {
  readonly name: string
  /** The column by which its rows are known. */
  readonly key: string
  readonly hasHistory: boolean
  /** The columns that ownership.ts declares personal. */
  readonly personal: readonly string[]
  readonly columns: readonly ColumnShape[]
  readonly constraints: readonly {
    readonly name: string
    /** As in pg_constraint: c check, f foreign key, p primary key, u unique, x exclusion. */
    readonly type: string
    readonly definition: string
    /** How many columns it is about. */
    readonly columns: number
  }[]
  readonly indexes: readonly { readonly name: string; readonly definition: string }[]
  /** Views, functions and the like that would not survive the columns, in PostgreSQL's words. */
  readonly dependents: readonly string[]
  /** Foreign keys that lead to the columns; to the table, when no column was asked for. */
  readonly referrers: readonly string[]
}

/**
 * Reads what a table is like, as the migrator, and refuses what no path can change.
 *
 * @param columns - The columns that are to change.
 * @throws FreeholdError `FREEHOLD_EVOLUTION_REFUSED`.
 */
export async function readTableShape(
  session: pg.Client,
  service: Service,
  table: string,
  columns: readonly string[],
): Promise<TableShape> {
  const owned = service.owns[table]
  if (!owned) {
    throw refused(
      `"${table}"`,
      `"${service.name}" does not own a table of that name.`,
      'Look into its ownership.ts.',
    )
  }
  if (owned.mutability === 'immutable') {
    throw refused(
      table,
      'it is a log, and the rows of a log never change: a column can be added to it, and nothing renamed, converted or dropped.',
      'Add a column that may be null, with freehold.add_log_column in a migration of its own; or begin a new log beside it.',
    )
  }
  if (owned.projection) {
    throw refused(
      table,
      'it is a projection, whose rows follow from events.',
      'Change its migration and its handlers, and build it anew: `freehold projections`.',
    )
  }
  const { rows } = await session.query<Catalogued>(evolvingSql('table'), [service.schema, table, columns])
  const [found] = rows
  if (!found?.columns) {
    throw refused(table, 'the database has no such table.', 'Apply the migrations that are pending first.')
  }
  return {
    ...found,
    name: table,
    key: owned.key,
    hasHistory: owned.history !== undefined,
    personal: owned.personal?.fields ?? [],
    columns: found.columns,
  }
}

type Catalogued = Pick<TableShape, 'constraints' | 'indexes' | 'dependents' | 'referrers'> & {
  readonly columns: readonly ColumnShape[] | null
}

/** A column that a path may change: neither the key nor one of Freehold's own. */
export function changeableColumn(service: Service, table: TableShape, name: string): ColumnShape {
  const object = `${table.name}.${name}`
  const column = existingColumn(table, name)
  if ([table.key, 'version', 'created_at', 'updated_at', 'personal'].includes(name)) {
    throw refused(object, 'the column is what Freehold knows a row, its version and its times by.')
  }
  if (column.isGenerated) throw refused(object, 'its values are generated, so that no version writes them.')
  if (service.owns[table.name]?.personal?.subject === name) {
    throw refused(object, 'it says whom the row is about, and all that is sealed is bound to it.')
  }
  return column
}

/** A column that is there. */
export function existingColumn(table: TableShape, name: string): ColumnShape {
  const column = table.columns.find((each) => each.name === name)
  if (column) return column
  const names = table.columns.map((each) => each.name).join(', ')
  throw refused(`${table.name}.${name}`, `the table has no such column; it has ${names}.`)
}

/** Whether the column is sealed in the table's history, by program and not by the database. */
export function isSealed({ hasHistory, personal }: TableShape, column: string): boolean {
  return hasHistory && personal.includes(column)
}
