import { setTimeout as delay } from 'node:timers/promises'

const firstPauseMs = 10
const longestPauseMs = 1_000

/**
 * Waits before a transaction is tried again: at random up to a bound that doubles, so that those who
 * collided do not meet again ("full jitter", Brooker, AWS Architecture Blog 2015).
 *
 * @param attempt - 0 for the first pause.
 */
export async function pauseBeforeRetry(attempt: number): Promise<void> {
  await delay(Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt))
}
