import type { Queryable } from '../database/index.js'
import type { Append } from '../logs/index.js'
import type { MayBeErased } from '../personal/index.js'
import type { EntityKey } from './conflict.js'
import type { ExpectedVersion } from './expected-version.js'

/** A state that a row had, as its history keeps it. */
export interface Revision<Row> {
  /** Its place in the log. Later revisions of a row have greater ones. */
  readonly seq: number
  /** The version of the row then. A deletion has one too: one more than the last state. */
  readonly version: number
  readonly operation: 'insert' | 'update' | 'delete'
  /** When it became so. */
  readonly at: Date
  /** The row as it was; for a deletion, as it was last. Columns added since are null. */
  readonly row: Row
}

/** Rows for logs that ride along. */
export interface Appending {
  /** Written in the same statement: they and the change happen together or not at all. */
  readonly append?: readonly Append[] | undefined
}

/** Which row a write is for. */
export interface Target<Row> extends Appending {
  readonly key: EntityKey
  /** The version that was read. `'any'` overwrites whatever there is; of several, one must match. */
  readonly expectedVersion: ExpectedVersion
  /** Columns that must equal these as well, for instance the owner's id; null means that there is none. */
  readonly where?: Partial<Row> | undefined
}

/** A change of a row. */
export interface Update<Row> extends Target<Row> {
  /** The columns to set. Those that are undefined are left alone; with none, only the version moves on. */
  readonly set: Partial<Row>
}

/**
 * A table whose rows change under optimistic locking. Every write is one statement: the comparison of the
 * version, the change, and the rows for logs, in one transaction and one round trip. It runs in the
 * caller's transaction when it is given one.
 *
 * Of a table with a history, what the manifest marks as personal is sealed beside the row for it, and opened where the
 * history is read. Then writes and reads of such columns throw as well: `FREEHOLD_PERSONAL_SUBJECT_MISSING`,
 * `FREEHOLD_KEY_STORE_MISSING`, `FREEHOLD_PERSONAL_UNREADABLE`, and what the key store throws, `FREEHOLD_SUBJECT_ERASED` of
 * whoever was forgotten. An update reads the row first when only that says about whom it is.
 */
export interface MutableEntity<Row extends { version: number }, Personal extends keyof Row = never> {
  readonly table: string

  /** The row with that key, or undefined. `where` narrows it to a scope. */
  find(
    db: Queryable,
    key: EntityKey,
    options?: { where?: Partial<Row> | undefined },
  ): Promise<Row | undefined>

  /**
   * The row, on the same conditions as a write of it: for a request that turns out to change nothing.
   *
   * @throws VersionConflict and EntityNotFound, as `update` does.
   */
  check(db: Queryable, target: Omit<Target<Row>, 'append'>): Promise<Row>

  /** Inserts a row, which gets version 1, and returns it. Columns that are undefined get their defaults. */
  insert(db: Queryable, values: Partial<Row>, options?: Appending): Promise<Row>

  /**
   * Changes a row and moves its version on by one.
   *
   * @returns The row as it is after the change.
   * @throws VersionConflict with the current row, when it has another version than expected.
   * @throws EntityNotFound when there is none with that key in the scope.
   */
  update(db: Queryable, update: Update<Row>): Promise<Row>

  /**
   * Deletes a row.
   *
   * @returns The row as it was, but with the version of the deletion: one more than its last.
   * @throws VersionConflict and EntityNotFound, as `update` does.
   */
  delete(db: Queryable, target: Target<Row>): Promise<Row>

  /**
   * The revisions of a row, newest first, also when the row is gone.
   *
   * @param options - `limit`: the most revisions; `before`: only those written before the one with this `seq`, to
   *   go on from a page; `version`: only those with this version, of which there are several when the key
   *   was deleted and inserted again.
   * @throws FreeholdError `FREEHOLD_HISTORY_NOT_DECLARED` when the table keeps none.
   */
  history(
    db: Queryable,
    key: EntityKey,
    options: { limit: number; before?: number | undefined; version?: number | undefined },
  ): Promise<Revision<MayBeErased<Row, Personal>>[]>

  /**
   * The revision that was in force at an instant; undefined before the row was inserted and while it was
   * deleted. The database's clock has microseconds and a `Date` has milliseconds: an instant means the whole
   * of its millisecond, so that asking with the `updatedAt` that was shown gives that revision, or a later
   * one of the same millisecond.
   *
   * @throws FreeholdError `FREEHOLD_HISTORY_NOT_DECLARED` when the table keeps none.
   */
  asOf(
    db: Queryable,
    key: EntityKey,
    instant: Date,
  ): Promise<Revision<MayBeErased<Row, Personal>> | undefined>
}
