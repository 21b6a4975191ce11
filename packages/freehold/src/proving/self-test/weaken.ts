import { isFreeholdError } from '@freehold/manifest/errors'
import { planSystem } from '../../provisioning/plan-system.js'
import type { Plan } from '../../provisioning/plan.js'
import type { Finding } from '../finding.js'
import { provePlanned, type ProveOptions } from '../prove-system.js'
import { doIt } from './acts.js'
import type { ThrowawayServer } from '../../shadow/throwaway-server.js'
import type { ThrowawaySystem } from './throwaway-system.js'
import type { Weakening } from './weakening.js'

/** What came of one weakening. */
export interface Mutation extends Pick<Weakening, 'id' | 'what' | 'by'> {
  /** Whether the proof failed and named it. */
  readonly isCaught: boolean
  /** What failed then: what names it, and otherwise the first few. */
  readonly found: readonly string[]
}

/** Weakens a system, sees what the proof says, and takes it back. */
export async function weaken(
  server: ThrowawayServer,
  throwaway: ThrowawaySystem,
  { id, what, named, by, act }: Weakening,
): Promise<Mutation> {
  const done = await doIt(server, throwaway, act)
  const plan = await planSystem(throwaway.context)
  try {
    // What one attacker finds in one part is among what all find in all parts, so a catch there is a catch.
    const options = { who: 'self-test', root: done.root, services: ['north'], chapters: [by] }
    const found = await failuresOf(throwaway, plan, options)
    const naming = found.filter((text) => named.test(text))
    return {
      id,
      what,
      by,
      isCaught: naming.length > 0,
      found: (naming.length > 0 ? naming : found).slice(0, 3),
    }
  } finally {
    await done.takeBack(plan)
  }
}

async function failuresOf(
  { context }: ThrowawaySystem,
  plan: Plan,
  options: ProveOptions,
): Promise<string[]> {
  try {
    const { findings } = await provePlanned(context, plan, options)
    return findings.filter(({ verdict }) => verdict === 'failed').map(told)
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return [`${error.code}: ${error.message}`]
  }
}

/** A finding on one line: `north_app → south: enters its database (it was let in)`. */
export function told({ as, against, what, says = '' }: Finding): string {
  return `${as ?? 'the catalog'} → ${against}: ${what} (${says})`
}
