import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { send, sendAfter } from './client.js'
import { isConnectionInDoubt, isReadOnlyRefusal, wasNeverSent } from './connection-state.js'
import type { NamedStatement, Queryable, QueryResult } from './queryable.js'
import { outcomeUnknown, translateDatabaseError } from './translate.js'

/** A transaction on one client. BEGIN waits for the first statement and travels with it. */
export class ClientTransaction implements Queryable {
  readonly #client: pg.PoolClient
  readonly #begin: string
  #state: 'new' | 'open' | 'ended' = 'new'
  #inDoubt = false
  #firstError: unknown

  constructor(client: pg.PoolClient, begin: string) {
    this.#client = client
    this.#begin = begin
  }

  /** A write that such a transaction refuses is a mistake; elsewhere it means that the server became a standby. */
  get #isReadOnly(): boolean {
    return this.#begin.includes('read only')
  }

  /** Whether the client must not be used again. */
  get isConnectionInDoubt(): boolean {
    return this.#inDoubt
  }

  async query<R extends object>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<R>> {
    if (this.#state === 'ended') throw usedAfterEnd()
    try {
      const result = await this.#send(statement, values)
      this.#refuseControl()
      return result as QueryResult<R>
    } catch (error) {
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
    if (!this.#end()) return
    if (this.#inDoubt) throw abortedBy(this.#firstError)
    const { command } = await this.#commit()
    if (command !== 'COMMIT') throw abortedBy(this.#firstError)
  }

  /** Undoes the transaction. Never throws: when it cannot say so to the server, the connection is in doubt. */
  async rollback(): Promise<void> {
    if (!this.#end() || this.#inDoubt) return
    try {
      await this.#client.query('rollback')
    } catch {
      this.#inDoubt = true
    }
  }

  #send(statement: string | NamedStatement, values?: readonly unknown[]): Promise<QueryResult> {
    if (this.#state === 'open') return send(this.#client, statement, values)
    this.#state = 'open'
    return sendAfter(this.#client, this.#begin, statement, values)
  }

  async #commit(): Promise<pg.QueryResult> {
    try {
      return await this.#client.query('commit')
    } catch (error) {
      this.#inDoubt = isConnectionInDoubt(error)
      throw this.#inDoubt && !wasNeverSent(error) ? outcomeUnknown(error) : translateDatabaseError(error)
    }
  }

  /** Whether there is something for the server to end. */
  #end(): boolean {
    const wasOpen = this.#state === 'open'
    this.#state = 'ended'
    return wasOpen
  }

  #refuseControl(): void {
    if (this.#client.getTransactionStatus() !== 'I') return
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
