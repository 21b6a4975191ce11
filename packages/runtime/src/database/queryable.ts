import type { KeyStore } from '../personal/index.js'

/** A statement with its values. One with a name is prepared once per connection, and only bound after that. */
export interface NamedStatement {
  /** At most 63 bytes; the same name must always stand for the same text. */
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

/** What a statement gave. */
export interface QueryResult<R extends object = Record<string, unknown>> {
  rows: R[]
  /** How many rows were changed or read; null for statements that count none. */
  rowCount: number | null
  /** What the server calls it: `SELECT`, `UPDATE`. */
  command?: string
}

/**
 * Whatever can run a statement: a `pg` pool or client, a {@link Database}, a {@link Transaction}, or a
 * Kysely transaction by way of `queryableOf`. Entities and logs ask for no more than this.
 */
export interface Queryable {
  /** The keys of personal data, when the connection was given them. */
  readonly keys?: KeyStore | undefined

  /**
   * Runs one statement.
   *
   * @param statement - Its text with `$1`, `$2` … for the values, or text, values and name together.
   * @param values - One for each parameter.
   */
  query<R extends object = Record<string, unknown>>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<R>>
}
