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
  /** Resolves when all of them have had their effect. */
  drain(batch: number, count: number): Promise<void>
}

/** Measures how long a backlog takes, and looks whether each event had its effect once. */
export function drained(drain: Drain, reader: Client): Contender {
  return {
    name: drain.name,
    async slice(batch, seconds) {
      const count = Math.max(1, Math.round(drain.pace * seconds))
      await drain.fill(count)
      const startedAt = performance.now()
      await drain.drain(batch, count)
      const elapsedMs = performance.now() - startedAt
      await takeArrivals(reader, count)
      return (count * 1000) / elapsedMs
    },
  }
}
