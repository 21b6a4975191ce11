import type { Strategy } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { planSystem } from '../../provisioning/plan-system.js'
import type { Plan } from '../../provisioning/plan.js'
import type { Finding } from '../finding.js'
import { provePlanned, proveSystem, type ProveOptions } from '../prove-system.js'
import { doIt } from './acts.js'
import type { ThrowawayServer } from './throwaway-server.js'
import { throwawayRoot, throwawaySystem, type ThrowawaySystem } from './throwaway-system.js'
import type { Weakening } from './weakening.js'
import { weakenings as all } from './weakenings/index.js'

/** What came of one weakening. */
export interface Mutation extends Pick<Weakening, 'id' | 'what' | 'by'> {
  /** Whether the proof failed and named it. */
  readonly isCaught: boolean
  /** What failed then: what names it, and otherwise the first few. */
  readonly found: readonly string[]
}

/** How many weakenings the proof catches. */
export interface MutationScore {
  readonly strategy: Strategy['kind']
  /** As `server_version_num`. */
  readonly version: number
  readonly mutations: readonly Mutation[]
  readonly caught: number
  /** How many of them by an attack that got through; the others were seen in the catalogs or the files. */
  readonly caughtByAttack: number
  readonly all: number
  readonly seconds: number
}

/** How a self-test is run. */
export interface SelfTestOptions {
  readonly strategy: Strategy['kind']
  /** Only these of the weakenings; all that fit when absent. */
  readonly only?: (weakening: Weakening) => boolean
  /** Called before each weakening. */
  readonly onProgress?: (what: string) => void
}

/**
 * Weakens a system of its own in every way of the list, one at a time, and sees that {@link proveSystem} fails and
 * names it. Between two weakenings, all is as the manifest says.
 *
 * @param server - One that nobody else uses.
 * @throws FreeholdError `FREEHOLD_PROVE_SELF_TEST` when the proof fails on a system that nobody weakened, so that
 *   failing says nothing.
 */
export async function selfTest(server: ThrowawayServer, options: SelfTestOptions): Promise<MutationScore> {
  const began = Date.now()
  const { strategy, only = () => true, onProgress = () => undefined } = options
  const throwaway = await throwawaySystem(server.url, server.version, strategy)
  try {
    await requireSound(throwaway)
    const mutations: Mutation[] = []
    for (const weakening of all.filter((each) => fits(each, server, strategy) && only(each))) {
      onProgress(weakening.what)
      mutations.push(await weaken(server, throwaway, weakening))
    }
    await requireSound(throwaway)
    const caught = mutations.filter(({ isCaught }) => isCaught)
    return {
      strategy,
      version: server.version,
      mutations,
      caught: caught.length,
      caughtByAttack: caught.filter(({ by }) => by !== 'static').length,
      all: mutations.length,
      seconds: (Date.now() - began) / 1000,
    }
  } finally {
    await throwaway.remove()
  }
}

function fits(
  { strategy, from = 0 }: Weakening,
  { version }: ThrowawayServer,
  kind: Strategy['kind'],
): boolean {
  return (strategy === undefined || strategy === kind) && version >= from
}

const base: Pick<ProveOptions, 'who' | 'root'> = { who: 'self-test', root: throwawayRoot }

async function requireSound({ context }: ThrowawaySystem): Promise<void> {
  const { verdict, findings } = await proveSystem(context, base)
  if (verdict === 'held') return
  const wrong = findings.filter(
    (finding) => finding.verdict === 'failed' || (finding.verdict === 'not looked at' && !finding.optional),
  )
  throw new FreeholdError('FREEHOLD_PROVE_SELF_TEST', {
    message: `The proof is ${verdict} on a system that nobody weakened:\n${wrong.map((finding) => `  ${told(finding)}`).join('\n')}`,
    details: { verdict },
  })
}

async function weaken(
  server: ThrowawayServer,
  throwaway: ThrowawaySystem,
  { id, what, named, by, act }: Weakening,
): Promise<Mutation> {
  const done = await doIt(server, throwaway, act)
  const plan = await planSystem(throwaway.context)
  try {
    // What one attacker finds in one part is among what all find in all parts, so a catch there is a catch.
    const options = { ...base, root: done.root, services: ['north'], chapters: [by] }
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
function told({ as, against, what, says = '' }: Finding): string {
  return `${as ?? 'the catalog'} → ${against}: ${what} (${says})`
}
