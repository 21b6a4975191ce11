import type { KeyRing } from './key-ring.js'
import type { Schedule } from './schedule.js'

const minute = 60_000

/**
 * How keys follow one another. The next key is published ten minutes ahead of its use, or a quarter of the
 * rotation when that is less: longer than an instance takes to notice it, see {@link checkEvery}.
 *
 * @param every - How long a key signs, in milliseconds.
 * @param tokenLife - How long an access token is good, in milliseconds.
 */
export function scheduleOf(every: number, tokenLife: number): Schedule {
  return { every, lead: Math.min(10 * minute, every / 4), keep: tokenLife + minute }
}

/** How often an instance looks at the keys, in milliseconds: three times before a new key is used. */
export function checkEvery(schedule: Schedule): number {
  return Math.max(100, Math.min(minute, schedule.lead / 3))
}

/** The timer that keeps a key ring up to date. */
export interface KeyRotation {
  /** Stops the timer and waits for what is under way. */
  stop(): Promise<void>
}

/**
 * Keeps a key ring up to date, and rotates its keys when their time has come. Safe with any number of
 * instances: the database decides who makes the next key.
 *
 * @param ring - The key ring.
 * @param every - How often to look, in milliseconds.
 * @param onError - Hears of every failure; the ring goes on with what it knows.
 */
export function startKeyRotation(
  ring: KeyRing,
  every: number,
  onError: (error: unknown) => void,
): KeyRotation {
  let underway = Promise.resolve()
  const timer = setInterval(() => {
    underway = underway.then(() => ring.refresh()).catch(onError)
  }, every)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      return underway
    },
  }
}
