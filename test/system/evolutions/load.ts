import { setTimeout as sleep } from 'node:timers/promises'
import { newTally, type Tally } from './tally.js'

/** Somebody who asks, one request after the other, and knows what must be true. */
export interface Worker {
  /** Does one thing. */
  readonly step: () => Promise<void>
  /** Looks at everything that it was ever told, at the end. */
  readonly settle: () => Promise<void>
}

/** People at work. */
export interface Load {
  readonly tally: Tally
  /** Comes back when this many more requests were answered, so that nothing is taken for tried that was not. */
  readonly requests: (count: number) => Promise<void>
  /** Comes back when everybody is done with what they were at. */
  readonly turn: () => Promise<void>
  /** Has everybody finish, and compare. */
  readonly stop: () => Promise<void>
}

/** Between two things that somebody does, in milliseconds: what is moved meanwhile needs a processor too. */
const pause = 10

/** Far more than anything takes here, in milliseconds. */
const patience = 60_000

/**
 * Sets people to work until they are told to stop.
 *
 * @param workersFor - Makes them, with the tally in which they count.
 */
export async function startLoad(workersFor: (tally: Tally) => Promise<readonly Worker[]>): Promise<Load> {
  const tally = newTally()
  const workers = await workersFor(tally)
  if (tally.failures().length > 0) throw new AggregateError(tally.failures(), 'nobody could begin')
  const steps = new Map<Worker, number>()
  let isStopping = false
  const atWork = Promise.all(
    workers.map(async (worker) => {
      for (; !isStopping; steps.set(worker, (steps.get(worker) ?? 0) + 1)) {
        await worker.step()
        await sleep(pause)
      }
    }),
  )
  return {
    tally,
    requests: async (count) => {
      const goal = tally.requests() + count
      for (const until = Date.now() + patience; tally.requests() < goal && Date.now() < until;)
        await sleep(10)
    },
    turn: async () => {
      const before = new Map(steps)
      const isAt = (worker: Worker): boolean => steps.get(worker) === before.get(worker)
      for (const until = Date.now() + patience; workers.some(isAt) && Date.now() < until;) await sleep(10)
    },
    stop: async () => {
      isStopping = true
      await atWork
      await Promise.all(workers.map((worker) => worker.settle()))
    },
  }
}
