import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import type { KeyStore } from '../personal/index.js'
import { send, sendAfter } from './client.js'
import { isConnectionInDoubt, isReadOnlyRefusal, wasNeverSent } from './connection-state.js'
import type { NamedStatement, Queryable, QueryResult } from './queryable.js'
import { inTransaction, type TransactionState } from './transaction-state.js'
import { outcomeUnknown, translateDatabaseError } from './translate.js'

interface ClientTransactionOptions {
  readonly keys?: KeyStore | undefined
  readonly lossOf?: () => Error | undefined
}

/**
 * A transaction on one client. BEGIN waits for the first statement and travels with it. When the two fail,
 * the server may not have seen a BEGIN, and what came after would be stored by itself: so the others wait
 * for the first, and none is sent once it has failed.
 */
export class ClientTransaction implements Queryable, TransactionState {
  readonly [inTransaction] = true
  readonly keys: KeyStore | undefined
  readonly #client: pg.PoolClient
  readonly #begin: readonly string[]
  readonly #lossOf: () => Error | undefined
  /** Whether the first statement has run; undefined before it is sent. */
  #begun: Promise<boolean> | undefined
  #hasEnded = false
  #inDoubt = false
  #firstError: unknown

  /**
   * @param begin - BEGIN, and what is to be set with it.
   * @param options - `lossOf`: why the client was lost while no statement was on its way; undefined when it was not.
   */
  constructor(
    client: pg.PoolClient,
    begin: readonly string[],
    { keys, lossOf = () => undefined }: ClientTransactionOptions = {},
  ) {
    this.keys = keys
    this.#client = client
    this.#begin = begin
    this.#lossOf = lossOf
  }

  /** A write that such a transaction refuses is a mistake; elsewhere it means that the server became a standby. */
  get #isReadOnly(): boolean {
    return this.#begin[0]?.includes('read only') === true
  }

  /** Whether the client must not be used again. */
  get isConnectionInDoubt(): boolean {
    return this.#inDoubt
  }

  async query<R extends object>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<R>> {
    if (this.#hasEnded) throw usedAfterEnd()
    // The first must come to its sending without a pause, so that the second finds it sent.
    const hasFailed = this.#begun !== undefined && !(await this.#begun)
    if (hasFailed || this.#inDoubt) throw abortedBy(this.#firstError)
    try {
      const result = await this.#send(statement, values)
      this.#refuseControl()
      return result as QueryResult<R>
    } catch (thrown) {
      const error = this.#explained(thrown)
      this.#firstError ??= error
      if (this.#isReadOnly && isReadOnlyRefusal(error)) throw readOnly(error)
      this.#inDoubt ||= isConnectionInDoubt(error)
      throw translateDatabaseError(error)
    }
  }

  /** @throws FreeholdError `FREEHOLD_TRANSACTION_NESTED`, always. */
  transaction(): never {
    throw new FreeholdError('FREEHOLD_TRANSACTION_NESTED', {
      message: 'transaction() was called on a transaction that is open already.',
    })
  }

  /** @throws FreeholdError as {@link Database.transaction} has it. */
  async commit(): Promise<void> {
    const { wasSent, hasBegun } = await this.#end()
    if (!wasSent) return
    if (this.#inDoubt || !hasBegun) throw await this.#undone()
    const { command } = await this.#commit()
    if (command !== 'COMMIT') throw abortedBy(this.#firstError)
  }

  /** Undoes the transaction. Never throws: when it cannot say so to the server, the connection is in doubt. */
  async rollback(): Promise<void> {
    const { wasSent } = await this.#end()
    if (wasSent) await this.#rollback()
  }

  #send(statement: string | NamedStatement, values?: readonly unknown[]): Promise<QueryResult> {
    if (this.#begun !== undefined) return send(this.#client, statement, values)
    const first = sendAfter(this.#client, this.#begin, statement, values)
    this.#begun = first.then(
      () => true,
      (error: unknown) => {
        this.#firstError ??= error
        return false
      },
    )
    return first
  }

  async #commit(): Promise<pg.QueryResult> {
    try {
      return await this.#client.query('commit')
    } catch (error) {
      this.#inDoubt = isConnectionInDoubt(error)
      throw this.#inDoubt && !wasNeverSent(error)
        ? outcomeUnknown(error)
        : translateDatabaseError(this.#explained(error))
    }
  }

  /** A client that was lost says of the next statement only that it is. */
  #explained(error: unknown): unknown {
    return wasNeverSent(error) ? (this.#lossOf() ?? error) : error
  }

  async #rollback(): Promise<void> {
    if (this.#inDoubt) return
    try {
      await this.#client.query('rollback')
    } catch {
      this.#inDoubt = true
    }
  }

  async #undone(): Promise<FreeholdError> {
    await this.#rollback()
    return abortedBy(this.#firstError)
  }

  /** Takes no more statements. Those that wait for the first are sent before whatever ends the transaction. */
  async #end(): Promise<{ wasSent: boolean; hasBegun: boolean }> {
    const wasSent = !this.#hasEnded && this.#begun !== undefined
    this.#hasEnded = true
    return { wasSent, hasBegun: (await this.#begun) === true }
  }

  #refuseControl(): void {
    // Nobody may have waited for a statement, and then the end has come before this look.
    if (this.#hasEnded || this.#client.getTransactionStatus() !== 'I') return
    this.#inDoubt = true
    throw new FreeholdError('FREEHOLD_TRANSACTION_CONTROL', {
      message: 'The work of a transaction ended it by a statement of its own.',
    })
  }
}

function abortedBy(cause: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_TRANSACTION_ABORTED', {
    message: 'A statement of the transaction failed, its error was caught, and nothing was stored.',
    cause,
  })
}

function readOnly(cause: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_TRANSACTION_READ_ONLY', {
    message: 'A transaction that was begun as read only was to write.',
    cause,
  })
}

/** What it is to use a transaction, or a connection, that has been given back. */
export function usedAfterEnd(): FreeholdError {
  return new FreeholdError('FREEHOLD_TRANSACTION_ENDED', {
    message: 'A query was sent on a transaction that had ended.',
  })
}
