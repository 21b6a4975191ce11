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
}

/** A transaction that is open. It ends when the work that it was given to settles, and is of no use after. */
export type Transaction = Queryable

/** The statement that begins such a transaction. */
export function beginText({ isolation, readOnly }: TransactionOptions): string {
  const modes = [isolation && `isolation level ${isolation}`, readOnly && 'read only'].filter(Boolean)
  return ['begin', ...modes].join(' ')
}
