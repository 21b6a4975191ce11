import type { ServiceName } from '@notes/start'
import { expect } from 'vitest'
import type { Load } from './load.js'
import type { Release } from './released-service.js'
import type { EvolutionStage, Joined } from './stage.js'

/** The way of one service from one version to another. */
export interface Evolution {
  readonly service: ServiceName
  readonly old: Release
  readonly next: Release
  /** The old processes that run when it begins. */
  readonly oldProcesses: readonly Joined[]
  /** The migrations that the old version bears, in their order; each is applied by itself. */
  readonly before: readonly number[]
  /** The last migration, which only the new version bears; absent where its time has not come. */
  readonly contract?: number
  /** Hears whether everybody who may answer is of the new version, so that what is new may be asked for. */
  readonly onNew?: (isNew: boolean) => void
}

/** Requests between two steps: enough for each kind of them to meet each version that runs. */
const between = 100

/**
 * Takes a service along its way while people are at work: migrates step by step, has new processes join and old ones leave,
 * goes back, goes forward again, and contracts.
 *
 * @returns The new processes, which serve on.
 */
export async function evolve(stage: EvolutionStage, load: Load, evolution: Evolution): Promise<Joined[]> {
  const { service, old, next, oldProcesses, before, contract, onNew = () => undefined } = evolution
  const balancer = stage.balancers[service]
  const working = async (versions: readonly Release[]): Promise<void> => {
    expect([...new Set(balancer.versions())]).toEqual(versions.map(({ version }) => version).toSorted())
    await load.requests(between)
    // Here it is known which step it was.
    expect(load.tally.failures().slice(0, 5)).toEqual([])
  }
  await working([old])
  await stage.adopt(next)
  await working([old])
  for (const number of before) {
    await stage.migrate(service, number)
    await working([old])
  }

  const first = await stage.join(next)
  await working([old, next])
  const second = await stage.join(next)
  for (const process of oldProcesses) await process.leave()
  onNew(true)
  await working([next])

  // Somebody finds a fault in the new version, and takes it back.
  onNew(false)
  await load.turn()
  const returned = await stage.join(old)
  await first.leave()
  await second.leave()
  await working([old])

  const again = [await stage.join(next), await stage.join(next)]
  await working([old, next])
  await returned.leave()
  onNew(true)
  if (contract !== undefined) await stage.contract(service, contract)
  await working([next])
  return again
}
