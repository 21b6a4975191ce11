import type { Strategy } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { proveSystem } from '../prove-system.js'
import type { ThrowawayServer } from '../../shadow/throwaway-server.js'
import { throwawayRoot, throwawaySystem, type ThrowawaySystem } from './throwaway-system.js'
import { told, weaken, type Mutation } from './weaken.js'
import type { Weakening } from './weakening.js'
import { weakenings as all } from './weakenings/index.js'

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

async function requireSound({ context }: ThrowawaySystem): Promise<void> {
  const { verdict, findings } = await proveSystem(context, { who: 'self-test', root: throwawayRoot })
  if (verdict === 'held') return
  const wrong = findings.filter(
    (finding) => finding.verdict === 'failed' || (finding.verdict === 'not looked at' && !finding.optional),
  )
  throw new FreeholdError('FREEHOLD_PROVE_SELF_TEST', {
    message: `The proof is ${verdict} on a system that nobody weakened:\n${wrong.map((finding) => `  ${told(finding)}`).join('\n')}`,
    details: { verdict },
  })
}
