import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { OnMigrationProgress } from './progress.js'
import { runnerSql } from './sql.js'

const tooManyConnections = '53300'
const noWayIn = '28000'
const pollEveryMs = 500

/** How a session is opened. */
export interface SessionOptions {
  /** The migrator's. */
  readonly url: string
  readonly applicationName: string
  /** How long to try while the migrator's connections are all in use, in milliseconds. */
  readonly waitMs: number
  readonly onProgress?: OnMigrationProgress | undefined
}

/**
 * Connects as the migrator. A role may have few connections, so a run that comes third waits for one.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_CONNECTION_FAILED`; it names the server, never the password.
 */
export async function openSession(options: SessionOptions): Promise<pg.Client> {
  const { url, applicationName, waitMs, onProgress } = options
  const started = performance.now()
  for (;;) {
    const session = new pg.Client({ connectionString: url, application_name: applicationName })
    // A lost connection is met by the query that needs it; without a listener it would end the process.
    session.on('error', () => undefined)
    session.on('notice', ({ message = '' }) => onProgress?.({ kind: 'notice', message }))
    try {
      await session.connect()
      return session
    } catch (cause) {
      await session.end()
      const waitedMs = performance.now() - started
      const full = cause instanceof pg.DatabaseError && cause.code === tooManyConnections
      if (!full || waitedMs + pollEveryMs > waitMs) throw connectionFailed(session, cause)
      onProgress?.({ kind: 'waiting', waitedMs })
      await sleep(pollEveryMs)
    }
  }
}

/** Settings of a session that is going to change the schema. */
export async function prepareSession(session: pg.Client, lockTimeoutMs: number): Promise<void> {
  await session.query(runnerSql('prepare-session'), [String(lockTimeoutMs)])
}

/** Whether the server is gone, rather than of another opinion. */
export function isConnectionLost(cause: unknown): boolean {
  if (!(cause instanceof pg.DatabaseError)) return true
  return /^(?:08|57P0[123])/.test(cause.code ?? '')
}

function connectionFailed(session: pg.Client, cause: unknown): FreeholdError {
  const { host, port, database, user } = session
  const reason = cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)
  const sqlstate = cause instanceof pg.DatabaseError ? cause.code : undefined
  const closed = sqlstate === noWayIn && reason.includes('pg_hba.conf')
  return new FreeholdError('FREEHOLD_MIGRATION_CONNECTION_FAILED', {
    message: `${user ?? 'The migrator'} could not connect to ${database ?? ''} on ${host}:${port}: ${reason}`,
    ...(closed && { fix: 'Open pg_hba.conf for it: `freehold hba` prints the lines that let it in.' }),
    details: { host, port, database, user, sqlstate },
    cause,
  })
}
