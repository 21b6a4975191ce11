import type { EventContract } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { HeardOf } from './heard.js'
import type { Delivered } from './transport.js'

/** A step from one version of an event to a newer one. */
export interface Upcast<
  From extends EventContract = EventContract,
  To extends EventContract = EventContract,
> {
  readonly from: From
  readonly to: To
  /**
   * Makes the data of the newer version from that of the older. It is pure: an event is read many times. What is personal
   * is opened, or was erased, and says the same of itself in both.
   */
  up(data: HeardOf<From>): HeardOf<To>
}

/** Gives an event as the newest version that there is a way to. */
export interface Lift {
  (delivered: Delivered): Delivered
  /** The contracts of the versions that it makes new: what is personal in them is opened first. */
  readonly contracts?: readonly EventContract[]
}

/**
 * A step of {@link upcasters}, typed by its two contracts.
 *
 * @param step - `from`, `to`, and `up`, which makes the data of the one from that of the other.
 */
export function upcast<From extends EventContract, To extends EventContract>(
  step: Upcast<From, To>,
): Upcast<From, To> {
  return step
}

/**
 * Lets a consumer know but the newest version of an event: older ones are lifted as they are read. What is stored
 * stays as it was.
 *
 * @param steps - `upcast({ from, to, up })`, in any order. An event goes from step to step as far as they lead.
 * @returns A pure function. An event of a type that no step is from comes back as it is; whatever a step throws
 *   is thrown.
 * @throws FreeholdError `FREEHOLD_UPCASTERS_AMBIGUOUS` when two steps are from one type, or steps lead in a circle.
 */
export function upcasters(steps: readonly Upcast[]): Lift {
  const byType = new Map<string, Upcast>()
  for (const step of steps) {
    const other = byType.get(step.from.type)
    if (other !== undefined) throw twoWays(step.from.type, other.to.type, step.to.type)
    byType.set(step.from.type, step)
  }
  for (const type of byType.keys()) refuseCircle(type, byType)
  const lift = (delivered: Delivered): Delivered => {
    let lifted = delivered
    for (let step = byType.get(lifted.type); step !== undefined; step = byType.get(lifted.type))
      lifted = { ...lifted, type: step.to.type, data: step.up(lifted.data) }
    return lifted
  }
  return Object.assign(lift, { contracts: steps.map(({ from }) => from) })
}

function refuseCircle(start: string, byType: ReadonlyMap<string, Upcast>): void {
  const way = [start]
  for (let type = byType.get(start)?.to.type; type !== undefined; type = byType.get(type)?.to.type) {
    const isCircle = way.includes(type)
    way.push(type)
    if (!isCircle) continue
    throw new FreeholdError('FREEHOLD_UPCASTERS_AMBIGUOUS', {
      message: `The upcasters lead in a circle: ${way.join(', then ')}.`,
      details: { types: way },
    })
  }
}

function twoWays(from: string, one: string, other: string): FreeholdError {
  return new FreeholdError('FREEHOLD_UPCASTERS_AMBIGUOUS', {
    message: `Two upcasters are from ${from}: to ${one} and to ${other}.`,
    details: { types: [from, one, other] },
  })
}
