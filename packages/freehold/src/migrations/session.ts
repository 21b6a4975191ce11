import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { OnMigrationProgress } from './progress.js'
import { runnerSql } from './sql.js'

const tooManyConnections = '53300'
const startingUp = '57P03'
const noWayIn = '28000'
/** connection_exception, and what a server says that stops, starts or is full. */
const mayPass = /^(?:08|57P0[1-3]|53300)/
const pollEveryMs = 500
const reportEveryMs = 2_000
const silentAfterMs = 10_000
const closeWithinMs = 2_000

/** How a session is opened. */
export interface SessionOptions {
  /** The migrator's. */
  readonly url: string
  readonly applicationName: string
  /** How long to try while the migrator's connections are all in use or the server starts, in milliseconds. */
  readonly waitMs: number
  /** Whether the server has answered a moment ago: then it is being started anew, and is waited for. */
  readonly wasThere?: boolean
  /** How long a server may take a connection and say nothing, in milliseconds; 10 000 when absent. */
  readonly silenceMs?: number
  readonly onProgress?: OnMigrationProgress | undefined
}

/**
 * Connects as the migrator. A role may have few connections, so a run that comes third waits for one.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_CONNECTION_FAILED`; it names the server, never the password.
 */
export async function openSession(options: SessionOptions): Promise<pg.Client> {
  const { url, applicationName, waitMs, wasThere = false, silenceMs = silentAfterMs, onProgress } = options
  const started = performance.now()
  for (let reported = -Infinity; ;) {
    const session = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      connectionTimeoutMillis: silenceMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    })
    // A lost connection is met by the query that needs it; without a listener it would end the process.
    session.on('error', () => undefined)
    session.on('notice', ({ message = '' }) => onProgress?.({ kind: 'notice', message }))
    try {
      await session.connect()
      return session
    } catch (cause) {
      await closeSession(session)
      const waitedMs = performance.now() - started
      if (!(wasThere ? isPassing(cause) : isBusy(cause)) || waitedMs + pollEveryMs > waitMs)
        throw connectionFailed(session, cause)
      if (waitedMs - reported >= reportEveryMs) {
        reported = waitedMs
        onProgress?.({ kind: 'connecting', reason: messageOf(cause), waitedMs })
      }
      await sleep(pollEveryMs)
    }
  }
}

function isBusy(cause: unknown): boolean {
  return cause instanceof pg.DatabaseError && [tooManyConnections, startingUp].includes(cause.code ?? '')
}

/** A password that was changed meanwhile, or a database that is gone, does not come back. */
function isPassing(cause: unknown): boolean {
  return !(cause instanceof pg.DatabaseError) || mayPass.test(cause.code ?? '')
}

/** Ends a session; one whose server says nothing any more is cut off. */
export async function closeSession(session: pg.Client): Promise<void> {
  const timer = new AbortController()
  const tired = sleep(closeWithinMs, undefined, { signal: timer.signal }).then(
    () => cutOff(session),
    () => undefined,
  )
  await Promise.race([session.end(), tired])
  timer.abort()
}

/** Gives up a session without a word to the server. What was sent on it fails. */
export function cutOff(session: pg.Client): void {
  const { connection } = session as unknown as { connection?: { stream?: { destroy(): void } } }
  connection?.stream?.destroy()
}

/**
 * Waits for answers of a server. One whose machine stands still keeps its connections and says nothing.
 *
 * @param silenceMs - How long it may say nothing.
 * @throws FreeholdError `FREEHOLD_MIGRATION_CONNECTION_FAILED`.
 */
export async function answered<T>(silenceMs: number, work: () => Promise<T>): Promise<T> {
  const timer = new AbortController()
  const silence = sleep(silenceMs, undefined, { signal: timer.signal }).then(() => {
    throw new FreeholdError('FREEHOLD_MIGRATION_CONNECTION_FAILED', {
      message: `The server has not answered for ${Math.round(silenceMs / 1000)} s.`,
      fix: 'See why it stands still: its machine, or the network.',
    })
  })
  try {
    return await Promise.race([work(), silence])
  } finally {
    timer.abort()
    await silence.catch(() => undefined)
  }
}

/** Settings of a session that is going to change the schema. */
export async function prepareSession(session: pg.Client, lockTimeoutMs: number): Promise<void> {
  await session.query(runnerSql('prepare-session'), [String(lockTimeoutMs)])
}

/** Whether the server is gone, rather than of another opinion. */
export function isConnectionLost(cause: unknown): boolean {
  if (!(cause instanceof pg.DatabaseError)) return true
  // The server ends a connection also where a limit of time is passed that is not a statement's.
  return /^(?:08|57P0[1235]|25P0[34])/.test(cause.code ?? '')
}

/** The error of a session that could not be opened, or was lost before anything was run in it. */
export function connectionFailed(session: pg.Client, cause: unknown): FreeholdError {
  const { host, port, database, user } = session
  const reason = messageOf(cause)
  const sqlstate = cause instanceof pg.DatabaseError ? cause.code : undefined
  const closed = sqlstate === noWayIn && reason.includes('pg_hba.conf')
  return new FreeholdError('FREEHOLD_MIGRATION_CONNECTION_FAILED', {
    message: `${user ?? 'The migrator'} could not connect to ${database ?? ''} on ${host}:${port}: ${reason}`,
    ...(sqlstate === tooManyConnections && {
      fix: 'Wait: other runs have all the connections that the role may have.',
    }),
    ...(closed && { fix: 'Open pg_hba.conf for it: `freehold hba` prints the lines that let it in.' }),
    details: { host, port, database, user, sqlstate },
    cause,
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)
}
