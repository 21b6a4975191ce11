import type { Queryable } from '../database/index.js'
import type { MayBeErased } from '../personal/index.js'
import type { Append, FromRow } from './append.js'

/** A row as the log keeps it: with its place and its time. */
export type LogEntry<Row> = Row & {
  /** Rises from row to row. Rows of transactions that run at the same time may become visible out of its order. */
  readonly seq: number
  /** When the row was written. */
  readonly at: Date
}

/** What is to be read of a log. */
export interface LogReading<Row> {
  /** Only rows after this place. */
  readonly afterSeq?: number
  /** The most rows. */
  readonly limit: number
  /** Only rows whose columns equal these; null finds rows that have none. */
  readonly where?: Partial<Row>
}

/**
 * A log of the service: rows are appended, and nothing else ever happens to them. What its manifest marks as personal is
 * sealed on its way in, under the key of the person that the row names, and opened on its way out.
 */
export interface ImmutableLog<Row, Personal extends keyof Row = never> {
  readonly table: string

  /**
   * Appends rows: all or none of them, in one statement.
   *
   * @throws FreeholdError `FREEHOLD_COLUMN_UNKNOWN`; `FREEHOLD_LOG_IMMUTABLE` when the log is one that only the
   *   database writes, such as a history. Where something is personal, `FREEHOLD_PERSONAL_SUBJECT_MISSING`,
   *   `FREEHOLD_KEY_STORE_MISSING`, and what the key store throws: `FREEHOLD_SUBJECT_ERASED` of whoever was forgotten.
   */
  append(db: Queryable, rows: Partial<Row> | readonly Partial<Row>[]): Promise<void>

  /**
   * A row to ride along in an entity's statement, so that both happen or neither does. `fromRow('version')`
   * takes a column of the changed row; nothing personal and nobody whom it is about can come from there.
   *
   * @throws FreeholdError `FREEHOLD_COLUMN_UNKNOWN`, `FREEHOLD_PERSONAL_SUBJECT_MISSING`, `FREEHOLD_PERSONAL_UNSEALED`.
   */
  entry(values: { readonly [K in keyof Row]?: Row[K] | FromRow }): Append

  /**
   * Reads rows in the order of their places. It is for showing them: a reader that must not miss a row
   * cannot go by `seq`, because a transaction that is still open may hold an earlier one.
   *
   * @throws FreeholdError `FREEHOLD_PERSONAL_NOT_SEARCHABLE` when `where` compares what is sealed; and where something is
   *   sealed, `FREEHOLD_PERSONAL_UNREADABLE`, `FREEHOLD_KEY_STORE_MISSING`, and what the key store throws.
   */
  read(db: Queryable, reading: LogReading<Row>): Promise<LogEntry<MayBeErased<Row, Personal>>[]>
}
