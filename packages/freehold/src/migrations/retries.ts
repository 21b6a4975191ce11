import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Patience } from './patience.js'

/** How often something is tried again that other sessions were in the way of. */
export interface RetryLimits {
  /** With the first one. */
  readonly attempts: number
  /** Without any left, no attempt begins any more but the first. */
  readonly patience: Patience
}

const firstPauseMs = 500
/** The longest pause between two attempts, in milliseconds. */
export const longestPauseMs = 15_000
/** lock_not_available, deadlock_detected, serialization_failure. */
const worthRetrying = new Set(['55P03', '40P01', '40001'])

/**
 * Tries again, after pauses that double and are drawn at random within their half, so that whoever queues behind
 * the lock passes in between and two who met do not meet again.
 *
 * @param attempt - Leaves nothing half done when it fails with one of those codes, or mends it when it is called again.
 */
export async function withRetries(
  limits: RetryLimits,
  attempt: () => Promise<void>,
  onRetry: (cause: pg.DatabaseError, inMs: number) => void,
): Promise<void> {
  const { attempts, patience } = limits
  for (let tried = 1; ; tried += 1) {
    try {
      await attempt()
      patience.renew()
      return
    } catch (cause) {
      const inMs = pauseMs(tried)
      if (!isInTheWay(cause) || tried >= attempts || inMs > patience.leftMs()) throw cause
      onRetry(cause, inMs)
      await sleep(inMs)
    }
  }
}

/** Whether another session was the reason, and the same may succeed later. */
export function isInTheWay(cause: unknown): cause is pg.DatabaseError {
  return cause instanceof pg.DatabaseError && worthRetrying.has(cause.code ?? '')
}

function pauseMs(tried: number): number {
  const longest = Math.min(firstPauseMs * 2 ** (tried - 1), longestPauseMs)
  return Math.round(longest * (0.5 + Math.random() / 2))
}
