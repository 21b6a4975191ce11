import { FreeholdError } from '@freehold/manifest/errors'
import {
  PostgresDriver,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import type pg from 'pg'
import {
  ClientTransaction,
  failureOf,
  isConnectionInDoubt,
  send,
  translateDatabaseError,
  usedAfterEnd,
  type NamedStatement,
  type QueryResult as StatementResult,
} from '../database/index.js'
import type { NamedQuery } from './named-query.js'

/** Kysely's driver on a service's pool. Savepoints are Kysely's own. */
export class ServiceDriver extends PostgresDriver {
  readonly #pool: pg.Pool

  constructor(pool: pg.Pool) {
    super({ pool })
    this.#pool = pool
  }

  override async init(): Promise<void> {
    // There is nothing to prepare: the pool is the database's.
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return new ServiceConnection(await this.#pool.connect())
    } catch (error) {
      throw translateDatabaseError(error)
    }
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const { isolationLevel, accessMode } = settings
    const modes = [isolationLevel && `isolation level ${isolationLevel}`, accessMode].filter(Boolean)
    ;(connection as ServiceConnection).begin(['begin', ...modes].join(' '))
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ServiceConnection).end('commit')
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ServiceConnection).end('rollback')
  }

  override async releaseConnection(connection: DatabaseConnection): Promise<void> {
    ;(connection as ServiceConnection).release()
  }

  override async destroy(): Promise<void> {
    // The pool is the database's, which closes it.
  }
}

/** A connection while Kysely has it: by itself, or in a transaction. */
class ServiceConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient
  #transaction: ClientTransaction | undefined
  #inDoubt = false
  #isReleased = false

  constructor(client: pg.PoolClient) {
    this.#client = client
  }

  begin(text: string): void {
    this.#transaction = new ClientTransaction(this.#client, [text])
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction
    this.#transaction = undefined
    try {
      await transaction?.[how]()
    } finally {
      this.#inDoubt ||= transaction?.isConnectionInDoubt ?? false
    }
  }

  release(): void {
    this.#isReleased = true
    this.#client.release(this.#inDoubt || this.#client.getTransactionStatus() !== 'I')
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { sql: text, parameters, name } = query as NamedQuery<R>
    const statement = { text, values: parameters, ...(name !== undefined && { name }) }
    const result = await this.#run(statement)
    const { command, rowCount } = result
    const isWrite = command !== undefined && /^(INSERT|UPDATE|DELETE|MERGE)$/.test(command)
    const rows = result.rows as R[]
    return isWrite ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows }
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new FreeholdError('FREEHOLD_STREAMING_UNSUPPORTED', {
      message: 'A query was to be streamed on a pipelined connection.',
    })
  }

  async #run(statement: NamedStatement): Promise<StatementResult> {
    if (this.#isReleased) throw usedAfterEnd()
    if (this.#transaction !== undefined) return this.#transaction.query(statement)
    try {
      return await send(this.#client, statement)
    } catch (error) {
      this.#inDoubt ||= isConnectionInDoubt(error)
      throw failureOf(error, [statement])
    }
  }
}
