import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { RunLimits } from './run.js'
import { closeSession, cutOff, isConnectionLost } from './session.js'
import { runnerSql } from './sql.js'

const connectTimeoutMs = 2_000
/** A statement is given a second for a lock at least. */
const leastMs = 1_000

/** A session that held up a migration. */
export interface Blocker {
  /** The process of the server; 0 for a prepared transaction. */
  readonly pid: number
  readonly role: string | null
  readonly application: string | null
  /** Such as `idle in transaction`. */
  readonly state: string | null
  /** For how long it is at it. */
  readonly seconds: number | null
  /** What it runs or ran last; null for the session of another service. */
  readonly query: string | null
}

/** A look at whom a session waits for, from beside it: who waits cannot ask. */
export interface Watch {
  /** Who was seen last. */
  blockers(): readonly Blocker[]
  stop(): Promise<void>
}

/**
 * Watches whom a session waits for. It connects only when the session is at it for a third of the time that it may
 * wait, so that a wait which ends by the lock timeout was seen. A session whose server says nothing to whoever asks
 * beside it, is cut off: its statement would never end.
 *
 * @param options.url - The migrator's.
 * @param options.waiting - The session that may wait.
 * @param options.limits - How long it may.
 */
export function watchWaits(options: {
  readonly url: string
  readonly waiting: pg.Client
  readonly limits: RunLimits
}): Watch {
  const { url, waiting, limits } = options
  const waitMs = Math.max(limits.retries.patience.leftMs(), leastMs)
  const everyMs = Math.max(20, Math.min(limits.lockTimeoutMs, waitMs) / 3)
  let seen: readonly Blocker[] = []
  let beside: pg.Client | undefined
  let looking: Promise<void> | undefined
  let isStopped = false
  // In looks and not in time: a process that stood still itself has heard nothing either.
  let unanswered = 0
  const look = async () => {
    beside ??= await openBeside(url)
    if (beside === undefined || isStopped) return
    const found = await blockersOf(beside, Reflect.get(waiting, 'processID') as number)
    if (found.length > 0) seen = found
  }
  const tick = () => {
    unanswered += 1
    if (unanswered * everyMs > limits.silenceMs) cutOff(waiting)
    looking ??= look()
      .then(() => (unanswered = 0))
      .catch(() => {
        // A session that the server has ended is opened anew; that it did so is an answer. Without one, nobody answered.
        if (beside !== undefined) unanswered = 0
        return closeBeside()
      })
      .then(() => {
        looking = undefined
      })
  }
  const closeBeside = async () => {
    const session = beside
    beside = undefined
    if (session) await closeSession(session)
  }
  const timer = setInterval(tick, everyMs)
  return {
    blockers: () => seen,
    async stop() {
      clearInterval(timer)
      isStopped = true
      // One that is not answered ends with its session.
      await Promise.race([looking, sleep(connectTimeoutMs, undefined, { ref: false })])
      await closeBeside()
    },
  }
}

/** One line for each, for people: `Waited for server process 12 (orders_app, idle in transaction, for 30 s): select …`. */
export function blockerLines(blockers: readonly Blocker[], beginning = 'Waited for'): string[] {
  return blockers.map(({ pid, role, application, state, seconds, query }) => {
    const who = [role, application ? `"${application}"` : null, state]
      .filter((part) => part !== null)
      .join(', ')
    const since = seconds === null ? '' : `, for ${seconds} s`
    // A transaction that was prepared goes on without a process.
    const whom = pid === 0 ? 'a transaction without a process' : `server process ${pid}`
    return `${beginning} ${whom} (${who}${since})${query === null ? '' : `: ${query.replaceAll(/\s+/g, ' ')}`}`
  })
}

/** Undefined where the server has no connection to give. What is thrown says that it did not answer. */
async function openBeside(url: string): Promise<pg.Client | undefined> {
  const session = new pg.Client({
    connectionString: url,
    application_name: 'freehold migrate, looking on',
    connectionTimeoutMillis: connectTimeoutMs,
  })
  session.on('error', () => undefined)
  try {
    await session.connect()
    return session
  } catch (cause) {
    await closeSession(session)
    const isAnswer =
      cause instanceof pg.DatabaseError || (cause as { code?: unknown }).code === 'ECONNREFUSED'
    // The migrator's connections may all be in use; then the migration says only that it waited.
    if (isAnswer) return undefined
    throw cause
  }
}

/**
 * Whom a session of the same service waits for.
 *
 * @param pid - The process of the server that the session is of.
 */
export async function blockersOf(session: pg.Client, pid: number): Promise<readonly Blocker[]> {
  try {
    return (await session.query<Blocker>(runnerSql('blockers'), [pid])).rows
  } catch (cause) {
    if (isConnectionLost(cause)) throw cause
    // A look must not end a migration. A database that was provisioned by an older version lacks the function.
    return []
  }
}
