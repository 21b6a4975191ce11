import type { CredentialSource } from './credentials.js'
import { readConnectionUrl } from './credentials.js'
import type { Database } from './database.js'
import type { KeyStore } from '../personal/index.js'
import { listen, Recorder, startReporting, type Recording } from '../recording/index.js'
import { PooledDatabase } from './pooled-database.js'
import { ServicePool } from './pool.js'
import { valueTypes } from './value-types.js'

/** Where a service's database is, and how it is used. */
export interface ConnectOptions extends CredentialSource {
  /** Shown in `pg_stat_activity` and in the server's log. */
  readonly applicationName: string
  /** The most connections that are open at a time; 10 when absent. */
  readonly max?: number | undefined
  /** How long a query waits for a connection, in milliseconds; 5,000 when absent. */
  readonly connectTimeoutMs?: number | undefined
  /**
   * How long a statement may run, in milliseconds; 30,000 when absent. 0 leaves it to the role's setting.
   * A connection whose server does not answer at all is given up five seconds later, and a transaction that
   * is idle for a minute is undone.
   */
  readonly statementTimeoutMs?: number | undefined
  /** Hears of connections that broke while nobody used them. They are replaced by themselves. */
  readonly onIdleError?: ((error: Error) => void) | undefined
  /**
   * Called after each statement, batch or transaction that may have written was committed. It is in the way of
   * the answer, so it must be quick: it is meant for the nudge of a sealer.
   */
  readonly onCommit?: (() => void) | undefined
  /** The keys of the personal data of the service. Needed where its manifest marks any. */
  readonly keys?: KeyStore | undefined
  /**
   * Notes which statements are sent, from where, with what kinds of values, and tells the database of the service: so
   * that a change of the schema can be checked against what really runs. `serviceRecording` makes it.
   */
  readonly recording?: Recording | undefined
}

const silenceAfterTimeoutMs = 5_000
const idleInTransactionMs = 60_000

/**
 * Prepares a pool of connections; the first is opened when it is needed. Connections are in pipeline mode.
 *
 * @throws FreeholdError `FREEHOLD_CONNECTION_STRING_UNREADABLE` when there is no connection string now. Queries
 *   throw `FREEHOLD_DATABASE_UNAVAILABLE` while the server is away, and work again when it is back.
 */
export function connect(options: ConnectOptions): Database {
  return connectWithin(options, silenceAfterTimeoutMs)
}

/** The same, with another patience for a server that is silent after a timeout, in milliseconds; for its test. */
export function connectWithin(options: ConnectOptions, silenceMs: number): Database {
  readConnectionUrl(options)
  const { statementTimeoutMs = 30_000 } = options
  const pool = new ServicePool(options, {
    application_name: options.applicationName,
    max: options.max ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    types: valueTypes,
    ...(statementTimeoutMs > 0 && {
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + silenceMs,
      idle_in_transaction_session_timeout: idleInTransactionMs,
    }),
  })
  const { onIdleError = () => undefined } = options
  pool.on('error', (error) => {
    // The pool hangs the whole client on it, which nobody wants in a log.
    Reflect.deleteProperty(error, 'client')
    onIdleError(error)
  })
  return options.recording ? recorded(pool, options, options.recording) : new PooledDatabase(pool, options)
}

function recorded(pool: ServicePool, options: ConnectOptions, recording: Recording): Database {
  const recorder = new Recorder()
  listen(pool, recorder)
  const database = new PooledDatabase(pool, { ...options, beforeClose: () => reporting.close() })
  const reporting = startReporting(recorder, database, recording)
  return database
}
