import type { Queryable } from './queryable.js'

/** How a transaction is to run. */
export interface TransactionOptions {
  /** The database's default, `read committed`, when absent. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readonly readOnly?: boolean
  /**
   * How often the work is run again when concurrent transactions won (40001, 40P01). 0 when absent. The
   * work must be fit to be repeated: it does nothing outside of the transaction.
   */
  readonly retries?: number
  /**
   * How long it may stay open without a statement, in whole milliseconds: then the database undoes it and closes the
   * connection. As long as the connection's own limit says when absent.
   */
  readonly idleMs?: number
}

/** A transaction that is open. It ends when the work that it was given to settles, and is of no use after. */
export type Transaction = Queryable

/** The statements that begin such a transaction. */
export function beginning({ isolation, readOnly, idleMs }: TransactionOptions): readonly string[] {
  const modes = [isolation && `isolation level ${isolation}`, readOnly && 'read only'].filter(Boolean)
  const begin = ['begin', ...modes].join(' ')
  if (idleMs === undefined) return [begin]
  return [begin, `set local idle_in_transaction_session_timeout = ${Math.trunc(idleMs)}`]
}
