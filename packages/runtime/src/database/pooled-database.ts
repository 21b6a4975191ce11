import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { ClientTransaction } from './client-transaction.js'
import { send, sendTogether } from './client.js'
import { isConnectionInDoubt, isPoolExhausted, isStatementStale } from './connection-state.js'
import type { ConnectOptions } from './connect.js'
import type { Database } from './database.js'
import { failureOf, isRead } from './lost-answer.js'
import { LostRace } from './lost-race.js'
import type { KeyStore } from '../personal/index.js'
import type { NamedStatement, QueryResult } from './queryable.js'
import { pauseBeforeRetry } from './retries.js'
import { beginning, type Transaction, type TransactionOptions } from './transaction.js'
import { inTransaction, type TransactionState } from './transaction-state.js'
import { poolExhausted, translateDatabaseError } from './translate.js'

/** What a database is given beside its pool. */
interface PooledOptions extends Pick<ConnectOptions, 'keys' | 'onCommit'> {
  /** Never fails. */
  readonly beforeClose?: () => Promise<void>
}

/** A {@link Database} on a pool whose clients are in pipeline mode. */
export class PooledDatabase implements Database, TransactionState {
  readonly [inTransaction] = false
  readonly pool: pg.Pool
  readonly keys: KeyStore | undefined
  readonly #onCommit: () => void
  readonly #beforeClose: (() => Promise<void>) | undefined
  readonly #losses = new WeakMap<pg.PoolClient, Error>()
  #openTransactions = 0
  #closing: Promise<void> | undefined

  constructor(pool: pg.Pool, { keys, onCommit = () => undefined, beforeClose }: PooledOptions = {}) {
    this.pool = pool
    this.keys = keys
    this.#onCommit = onCommit
    this.#beforeClose = beforeClose
    // A client that breaks while it is checked out and idle has no other listener, and an error event
    // without one ends the process. Whoever uses the client hears of it from the next query.
    pool.on('connect', (client) =>
      client.on('error', (error) => {
        if (!this.#losses.has(client)) this.#losses.set(client, error)
      }),
    )
  }

  async query<R extends object>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<R>> {
    const result = await this.#once([statement], (client) => send(client, statement, values))
    return result as QueryResult<R>
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const { retries = 0 } = options
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#transact(work, options, attempt >= retries)
      } catch (error) {
        if (attempt >= retries || !isFreeholdError(error, 'FREEHOLD_SERIALIZATION_FAILURE')) throw error
        await pauseBeforeRetry(attempt)
      }
    }
  }

  async batch(statements: readonly NamedStatement[]): Promise<QueryResult[]> {
    if (statements.length === 0) return []
    return this.#once(statements, (client) => sendTogether(client, statements))
  }

  async ping(): Promise<void> {
    await this.query('select 1')
  }

  close(): Promise<void> {
    this.#closing ??= this.#beforeClose?.().then(() => this.pool.end()) ?? this.pool.end()
    return this.#closing
  }

  /** Uses a connection once; a second time where a prepared statement was no good on the first. */
  async #once<T>(
    statements: readonly (string | NamedStatement)[],
    use: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const result = await this.#tried(statements, use)
    if (!statements.every(isRead)) this.#onCommit()
    return result
  }

  async #tried<T>(
    statements: readonly (string | NamedStatement)[],
    use: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#use(use)
    } catch (error) {
      if (!isStatementStale(error)) throw failureOf(error, statements)
    }
    return this.#use(use).catch((error: unknown) => {
      throw failureOf(error, statements)
    })
  }

  async #use<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#checkout()
    try {
      const result = await use(client)
      refuseOpenTransaction(client)
      client.release()
      return result
    } catch (error) {
      client.release(isConnectionInDoubt(error))
      throw error
    }
  }

  async #transact<T>(
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions,
    isLast: boolean,
  ): Promise<T> {
    const client = await this.#checkout()
    const tx = new ClientTransaction(client, beginning(options), {
      keys: this.keys,
      lossOf: () => this.#losses.get(client),
    })
    this.#openTransactions += 1
    try {
      const result = await unlessLost(client, work(tx))
      await tx.commit()
      if (!options.readOnly) this.#onCommit()
      return result
    } catch (error) {
      await tx.rollback()
      throw isLast && !tx.isConnectionInDoubt ? await explained(error, client) : error
    } finally {
      this.#openTransactions -= 1
      client.release(tx.isConnectionInDoubt)
    }
  }

  async #checkout(): Promise<pg.PoolClient> {
    try {
      return await this.pool.connect()
    } catch (error) {
      if (isPoolExhausted(error) && this.#openTransactions > 0) {
        throw poolExhausted(error, this.pool.options.max, this.#openTransactions)
      }
      throw translateDatabaseError(error)
    }
  }
}

/** Work whose client is lost has failed, though it may send no statement that would find out, or never end. */
async function unlessLost<T>(client: pg.PoolClient, work: Promise<T>): Promise<T> {
  let tell = (_error: Error): void => undefined
  const lost = new Promise<never>((_, reject) => {
    tell = reject
    client.on('error', tell)
  }).catch((error: unknown) => {
    throw translateDatabaseError(error)
  })
  try {
    return await Promise.race([work, lost])
  } finally {
    client.off('error', tell)
  }
}

/** What won the race, in place of the fact that there was one. */
async function explained(error: unknown, client: pg.PoolClient): Promise<unknown> {
  if (!(error instanceof LostRace)) return error
  const query = (statement: string | NamedStatement, values?: readonly unknown[]): Promise<QueryResult> =>
    send(client, statement, values)
  return (await error.explain({ query } as Database)) ?? error
}

function refuseOpenTransaction(client: pg.PoolClient): void {
  if (client.getTransactionStatus() === 'I') return
  throw new FreeholdError('FREEHOLD_TRANSACTION_CONTROL', {
    message: 'A statement outside of transaction() left a transaction open; its connection was closed.',
  })
}
