import { FreeholdError } from '@freehold/manifest/errors'
import type { StartEvent } from '../options/options.js'
import { supervise, type Supervised, type Supervision } from './supervisor.js'

/** What stops first, next, last: nobody is left without what it needs. */
const layers = ['gateway', 'services', 'database'] as const

/** Where a process stands in that order. */
export type Layer = (typeof layers)[number]

/** All processes of a system. */
export interface Household {
  /** Starts a process and keeps it running from then on. */
  readonly keep: (layer: Layer, supervision: Omit<Supervision, 'onEvent'>) => Promise<void>
  readonly pids: () => Record<string, number>
  /** Fails when one of them is given up, settles when all were stopped. */
  readonly finished: Promise<void>
  /** Stops them in their order; also those that are just starting. */
  readonly stop: () => Promise<void>
  /** Ends them at once. */
  readonly kill: () => void
}

/** An empty household, which tells what happens in it. */
export function openHousehold(onEvent: (event: StartEvent) => void): Household {
  const members: { layer: Layer; name: string; process: Supervised }[] = []
  const starting = new Set<Promise<void>>()
  let closed = false
  const isClosed = (): boolean => closed
  let settle = { resolve: (): void => undefined, reject: (_: unknown): void => undefined }
  const finished = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Whoever waits for it hears of a failure; that nobody waits yet is no failure of its own.
  finished.catch(() => undefined)
  const settleIn = async (layer: Layer, supervision: Omit<Supervision, 'onEvent'>): Promise<void> => {
    if (isClosed()) throw tooLate(supervision.name)
    const process = supervise(await supervision.start(), { ...supervision, onEvent })
    members.push({ layer, name: supervision.name, process })
    process.finished.catch(settle.reject)
    // Whoever stops meanwhile waits for this, and stops it too; it counts as started for nobody else.
    if (isClosed()) throw tooLate(supervision.name)
  }
  return {
    keep: async (layer, supervision) => {
      const work = settleIn(layer, supervision)
      starting.add(work)
      await work.finally(() => starting.delete(work))
    },
    pids: () => Object.fromEntries(members.map(({ name, process }) => [name, process.pid()])),
    finished,
    stop: async () => {
      if (closed) return
      closed = true
      await Promise.allSettled(starting)
      for (const layer of layers) {
        const here = members.filter((member) => member.layer === layer)
        if (here.length > 0) onEvent({ kind: 'stopping', what: here.map(({ name }) => name).join(', ') })
        await Promise.all(here.map(async ({ process }) => process.stop()))
      }
      settle.resolve()
    },
    kill: () => {
      for (const { process } of members) process.kill()
    },
  }
}

function tooLate(name: string): FreeholdError {
  return new FreeholdError('FREEHOLD_CHILD_FAILED', {
    message: `${name} was not started, because the system is stopping.`,
    details: { name },
  })
}
