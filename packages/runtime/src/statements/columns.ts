import { FreeholdError } from '@freehold/manifest/errors'

/** A column and what to put in it or to compare it with. */
export type ColumnValue = readonly [column: string, value: unknown]

/** The columns that a table was declared with, and the check that nothing else is named. */
export class Columns {
  readonly names: readonly string[]
  readonly #table: string
  readonly #known: ReadonlySet<string>

  constructor(table: string, names: readonly string[]) {
    this.#table = table
    this.names = [...new Set(names)]
    this.#known = new Set(names)
  }

  /**
   * The values that were given, in the order of the declaration; what is undefined is left out.
   *
   * @throws FreeholdError `FREEHOLD_COLUMN_UNKNOWN`.
   */
  pick(given: object | undefined): ColumnValue[] {
    const values = (given ?? {}) as Readonly<Record<string, unknown>>
    for (const column of Object.keys(values)) this.require(column)
    return this.names
      .filter((name) => values[name] !== undefined)
      .map((name) => [name, values[name]] as const)
  }

  /** @throws FreeholdError `FREEHOLD_COLUMN_UNKNOWN` when the column was not declared. */
  require(column: string): void {
    if (this.#known.has(column)) return
    throw new FreeholdError('FREEHOLD_COLUMN_UNKNOWN', {
      message: `"${this.#table}" was declared without a column "${column}".`,
      details: { table: this.#table, column, columns: this.names },
    })
  }

  /** @throws FreeholdError `FREEHOLD_COLUMN_MANAGED` when one of the columns is kept by the database. */
  refuse(given: readonly ColumnValue[], managed: ReadonlySet<string>): void {
    const column = given.find(([name]) => managed.has(name))?.[0]
    if (column === undefined) return
    throw new FreeholdError('FREEHOLD_COLUMN_MANAGED', {
      message: `"${column}" of "${this.#table}" is kept by the database and cannot be set here.`,
      details: { table: this.#table, column },
    })
  }
}
