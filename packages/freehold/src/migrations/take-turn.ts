import { setTimeout as sleep } from 'node:timers/promises'
import { isFreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { locked, runInTheWay, tryLock, type LockOptions, type RunInTheWay } from './lock.js'
import type { Patience } from './patience.js'
import { longestPauseMs as longestRetryPauseMs } from './retries.js'
import {
  answered,
  closeSession,
  connectionFailed,
  isConnectionLost,
  openSession,
  type SessionOptions,
} from './session.js'

const firstPauseMs = 100
const longestPauseMs = 1_000
const reportEveryMs = 2_000
const mostLooks = 4

/** A run that wants to have a service for itself. */
export interface TurnOptions
  extends LockOptions, Pick<SessionOptions, 'url' | 'applicationName' | 'onProgress'> {
  readonly patience: Patience
  /** How long a server may not answer what is asked while waiting, in milliseconds. */
  readonly silenceMs: number
}

/** The session that has the lock. */
interface Turn {
  readonly session: pg.Client
}

/**
 * Opens a session that has the service's lock. While another run has it, none is kept open: a role has few connections, and
 * whoever has the lock needs a second one to see whom it waits for.
 *
 * @param look - Asks something in each session before the lock is taken. What it answers ends the waiting.
 * @throws FreeholdError `FREEHOLD_MIGRATION_LOCKED`, naming the run that has the lock and whom that waits for;
 *   `FREEHOLD_MIGRATION_CONNECTION_FAILED`; and what `look` throws.
 */
export function takeTurn(options: TurnOptions): Promise<Turn>
export function takeTurn<T>(
  options: TurnOptions,
  look: (session: pg.Client) => Promise<T | undefined>,
): Promise<Turn | { readonly answer: T }>
export async function takeTurn<T>(
  options: TurnOptions,
  look: (session: pg.Client) => Promise<T | undefined> = () => Promise.resolve(undefined),
): Promise<Turn | { readonly answer: T }> {
  const { service, patience, silenceMs, onProgress } = options
  let other: RunInTheWay | undefined
  let wasThere = false
  let reported = -Infinity
  for (let tried = 0; ; tried += 1) {
    const session = await openSession({ ...options, waitMs: patience.leftMs(), wasThere }).catch(
      (cause: unknown) => {
        // All connections are in use by those who wait, too: the run that they wait for says more.
        if (other && isFreeholdError(cause) && patience.leftMs() <= longestPauseMs)
          throw locked(service, patience.totalMs, other)
        throw cause
      },
    )
    wasThere = true
    let hasLock = false
    try {
      const found = await answered(silenceMs, () => ask(session, options, look))
      if ('answer' in found) return found
      hasLock = found.other === undefined
      if (found.other === undefined) return { session }
      other = seenBefore(other, found.other)
    } catch (cause) {
      // The server went away while it was only asked: it is waited for as well.
      const isSilent = isFreeholdError(cause, 'FREEHOLD_MIGRATION_CONNECTION_FAILED')
      if (!isSilent && (isFreeholdError(cause) || !isConnectionLost(cause))) throw cause
      if (patience.leftMs() <= longestPauseMs) throw isSilent ? cause : connectionFailed(session, cause)
    } finally {
      if (!hasLock) await closeSession(session)
    }
    const pauseMs = pause(tried)
    if (pauseMs > patience.leftMs())
      throw locked(service, patience.totalMs, other ?? { blockers: [], seenAt: 0 })
    const waitedMs = patience.waitedMs()
    if (other && waitedMs - reported >= reportEveryMs) {
      reported = waitedMs
      onProgress?.({ kind: 'waiting', waitedMs, run: other })
    }
    await sleep(pauseMs)
  }
}

/** What there is to know, the lock, or who has it. */
async function ask<T>(
  session: pg.Client,
  options: TurnOptions,
  look: (session: pg.Client) => Promise<T | undefined>,
): Promise<{ readonly answer: T } | { readonly other: RunInTheWay | undefined }> {
  const answer = await look(session)
  if (answer !== undefined) return { answer }
  let other: RunInTheWay = { blockers: [], seenAt: 0 }
  for (let tried = 0; tried < mostLooks; tried += 1) {
    if (await tryLock(session, options)) return { other: undefined }
    other = await runInTheWay(session, options)
    // Nobody is seen where one run has ended since the lock was asked for: it may be free now.
    if (other.pid !== undefined) break
  }
  return { other }
}

/**
 * Between two of its attempts a run waits for nobody, and the next run has not begun to: whoever was in the way a moment ago still
 * is.
 */
function seenBefore(before: RunInTheWay | undefined, now: RunInTheWay): RunInTheWay {
  const isRecent = before !== undefined && before.seenAt > now.seenAt - longestRetryPauseMs
  return now.blockers.length === 0 && isRecent
    ? { ...now, blockers: before.blockers, seenAt: before.seenAt }
    : now
}

/** Drawn at random within their half, so that replicas which began together do not ask together. */
function pause(tried: number): number {
  const longest = Math.min(firstPauseMs * 2 ** tried, longestPauseMs)
  return Math.round(longest * (0.5 + Math.random() / 2))
}
