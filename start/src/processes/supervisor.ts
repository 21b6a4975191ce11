import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StartEvent } from '../options/options.js'
import type { RunningProcess } from './child.js'

/** What is kept running, and how patiently. All times in milliseconds. */
export interface Supervision {
  readonly name: string
  readonly logFile: string
  /** Starts it anew. */
  readonly start: () => Promise<RunningProcess>
  readonly onEvent: (event: StartEvent) => void
  /** The first wait before it is started again; it doubles. 200 when absent. */
  readonly firstWaitMs?: number
  /** The longest wait; 5 000 when absent. */
  readonly longestWaitMs?: number
  /** After how many ends in a row it is given up; 6 when absent. */
  readonly attempts?: number
  /** How long it must run for its earlier ends to be forgotten; 10 000 when absent. */
  readonly steadyMs?: number
}

/** A process that is kept running. */
export interface Supervised {
  /** The number of the process that runs now, or ran last. */
  readonly pid: () => number
  /** Fails when it is given up: `FREEHOLD_CHILD_FAILED`. Otherwise settles when it was stopped. */
  readonly finished: Promise<void>
  /** Ends it for good, and comes back when it is gone. */
  readonly stop: () => Promise<void>
  /** Ends it for good at once. */
  readonly kill: () => void
}

/**
 * Keeps a process running: when it ends by itself, it is started again, each time after a longer wait, and given up
 * after too many ends in a row.
 *
 * @param first - The process that runs already.
 */
export function supervise(first: RunningProcess, supervision: Supervision): Supervised {
  const stopping = new AbortController()
  let current = first
  const finished = keepRunning(first, supervision, stopping.signal, (next) => (current = next))
  // Whoever waits for it hears of a failure; that nobody waits yet is no failure of its own.
  finished.catch(() => undefined)
  return {
    pid: () => current.pid,
    finished,
    stop: async () => {
      stopping.abort()
      await current.stop()
      await finished.catch(() => undefined)
    },
    kill: () => {
      stopping.abort()
      current.kill()
    },
  }
}

async function keepRunning(
  first: RunningProcess,
  supervision: Supervision,
  stopping: AbortSignal,
  onStart: (running: RunningProcess) => void,
): Promise<void> {
  const {
    name,
    start,
    onEvent,
    firstWaitMs = 200,
    longestWaitMs = 5_000,
    attempts = 6,
    steadyMs = 10_000,
  } = supervision
  const stopped = (): boolean => stopping.aborted
  let running: RunningProcess | undefined = first
  let since = Date.now()
  let how = ''
  let ends = 0
  while (!stopped()) {
    if (running) {
      how = await running.exited
      if (stopped()) return
      if (Date.now() - since > steadyMs) ends = 0
    }
    ends += 1
    if (ends >= attempts) throw givenUp(supervision, ends, how)
    const wait = Math.min(firstWaitMs * 2 ** (ends - 1), longestWaitMs)
    onEvent({ kind: 'ended', name, how, againInMilliseconds: wait })
    await sleep(wait, undefined, { signal: stopping }).catch(() => undefined)
    if (stopped()) return
    running = await start().catch((error: unknown) => {
      how = isFreeholdError(error) ? 'it did not start' : String(error)
      return undefined
    })
    if (!running) continue
    since = Date.now()
    onStart(running)
    // Stopped while it was starting.
    if (stopped()) return running.stop()
    onEvent({ kind: 'back', name, pid: running.pid })
  }
}

function givenUp({ name, logFile }: Supervision, ends: number, how: string): FreeholdError {
  return new FreeholdError('FREEHOLD_CHILD_FAILED', {
    message: `${name} ended ${ends} times in a row (${how}), and is given up.`,
    fix: `Read its log: ${logFile}`,
    details: { name, logFile, ends },
  })
}
