import type { Queryable } from '@freehold/runtime'
import { forgetExpiredKeys } from './remembered-keys.js'

/** How often, how many, and who hears when it fails. */
export interface ForgettingOptions {
  /** Milliseconds between rounds. Default 60 000. */
  readonly everyMs?: number
  /** Keys removed by one statement. Default 500. */
  readonly batch?: number
  /** Hears of a round that failed. The next one comes anyway. */
  readonly onError: (error: unknown) => void
}

/**
 * Removes expired keys from time to time, in small batches, until told to stop.
 *
 * @returns Stops it, and waits for the round that is running.
 */
export function forgetKeysRegularly(db: Queryable, options: ForgettingOptions): () => Promise<void> {
  const { everyMs = 60_000, batch = 500, onError } = options
  let running = Promise.resolve()
  let stopped = false

  async function round(): Promise<void> {
    try {
      while (!stopped && (await forgetExpiredKeys(db, batch)) === batch);
    } catch (error) {
      onError(error)
    }
  }

  const timer = setInterval(() => {
    running = running.then(round)
  }, everyMs)
  timer.unref()
  return async () => {
    stopped = true
    clearInterval(timer)
    await running
  }
}
