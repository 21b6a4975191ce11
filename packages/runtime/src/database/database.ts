import type pg from 'pg'
import type { NamedStatement, Queryable, QueryResult } from './queryable.js'
import type { Transaction, TransactionOptions } from './transaction.js'

/** A service's connections to its own database. */
export interface Database extends Queryable {
  /** The pool underneath, for libraries that want one. */
  readonly pool: pg.Pool

  /**
   * Runs the work in a transaction: committed when it resolves, rolled back when it rejects. BEGIN travels
   * with the first statement, so that a transaction costs one round trip for each statement and one for
   * COMMIT.
   *
   * @param work - Gets the transaction. May run several times when `retries` is given.
   * @throws FreeholdError `FREEHOLD_TRANSACTION_ABORTED` when a statement failed and the work went on,
   *   `FREEHOLD_SERIALIZATION_FAILURE` when concurrent transactions won and no retry is left,
   *   `FREEHOLD_OUTCOME_UNKNOWN` when the connection broke during COMMIT; and what the work throws.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>

  /**
   * Runs several statements as one transaction in one round trip. When one fails, none has happened.
   *
   * @returns A result for each statement, in their order.
   * @throws The error of the first statement that failed.
   */
  batch(statements: readonly NamedStatement[]): Promise<QueryResult[]>

  /** Resolves when the database answers. */
  ping(): Promise<void>

  /** Waits for what is running, then closes every connection. May be called again. */
  close(): Promise<void>
}
