import type { Client } from 'pg'
import type { Contender } from '../../measure/contender.js'
import { takeArrivals } from '../arrivals.js'

/** Somebody who works off a backlog. */
export interface Drain {
  readonly name: string
  /** Events a second that it may be expected to reach: so large is the backlog for each second that is measured. */
  readonly pace: number
  /** Makes so many events, not measured. */
  fill(count: number): Promise<void>
  /**
   * Resolves when all of them have had their effect.
   *
   * @param signal - Aborted when it takes too long; then it may resolve with less.
   */
  drain(batch: number, count: number, signal: AbortSignal): Promise<void>
}

const longestMs = 20_000

/**
 * Measures how long a backlog takes, and looks whether each event had its effect once. Who is not done in twenty
 * seconds has no result.
 */
export function drained(drain: Drain, reader: Client): Contender {
  return {
    name: drain.name,
    async slice(batch, seconds) {
      const count = Math.max(1, Math.round(drain.pace * seconds))
      await drain.fill(count)
      const signal = AbortSignal.timeout(longestMs)
      const startedAt = performance.now()
      await drain.drain(batch, count, signal)
      const elapsedMs = performance.now() - startedAt
      const effects = await takeArrivals(reader)
      if (signal.aborted) return Number.NaN
      if (effects.total !== count || effects.different !== count)
        throw new RangeError(
          `${drain.name}: ${count} events had ${effects.total} effects, ${effects.different} different ones`,
        )
      return (count * 1000) / elapsedMs
    },
  }
}
