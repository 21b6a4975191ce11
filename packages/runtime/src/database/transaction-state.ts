import type pg from 'pg'

/**
 * Carried by whatever runs statements and knows whether that is in a transaction which somebody ends. It is in the
 * global registry, because two copies of this package can be installed at once.
 */
export const inTransaction: unique symbol = Symbol.for('freehold.inTransaction')

/** Something that says whether it is in a transaction; undefined when it cannot know. */
export interface TransactionState {
  readonly [inTransaction]: boolean | undefined
}

/**
 * Whether statements sent there are part of a transaction, as far as can be known without asking the server.
 *
 * @param db - A database, a transaction, an adapter, a pool or client of `pg`, or anything else.
 * @returns Nothing for what is not recognised.
 */
export function isInTransaction(db: object): boolean | undefined {
  if (inTransaction in db) return (db as TransactionState)[inTransaction]
  if ('getTransactionStatus' in db) {
    const status = (db as Pick<pg.ClientBase, 'getTransactionStatus'>).getTransactionStatus()
    return status === null ? undefined : status !== 'I'
  }
  // A pool of `pg` takes another connection for each statement.
  if ('totalCount' in db && 'idleCount' in db && 'waitingCount' in db) return false
  return undefined
}
