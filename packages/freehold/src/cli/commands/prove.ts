import { userInfo } from 'node:os'
import type { Strategy } from '@freehold/manifest'
import {
  proveSystem,
  selfTest,
  throwawayServer,
  type Chapter,
  type MutationScore,
} from '../../proving/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { proofText } from '../views/proof.js'
import { scoreText } from '../views/mutation-score.js'

/** The flags of `freehold prove`. */
export type ProveFlags = GlobalFlags & {
  readonly service?: readonly string[]
  readonly chapter?: readonly Chapter[]
  readonly who?: string
  readonly verbose: boolean
  readonly selfTest: boolean
}

const exitCodes = { held: 0, failed: 1, incomplete: 2 } as const

/** `freehold prove` */
export async function prove(invocation: Invocation<ProveFlags>): Promise<Answer> {
  const { flags, terminal, workspace } = invocation
  if (flags.selfTest) return testItself(invocation)
  const opened = await workspace()
  const proof = await proveSystem(await opened.provisioning(), {
    root: opened.root,
    who: flags.who ?? userInfo().username,
    services: flags.service ?? [],
    chapters: flags.chapter ?? [],
    onProgress: (what) => {
      terminal.status(what)
    },
  }).finally(() => terminal.status(''))
  return {
    json: proof,
    text: proofText(proof, flags.verbose, terminal.colors),
    exitCode: exitCodes[proof.verdict],
  }
}

const strategies: readonly Strategy['kind'][] = ['database-per-service', 'shared-database']

async function testItself({ flags, terminal }: Invocation<ProveFlags>): Promise<Answer> {
  const scores: MutationScore[] = []
  try {
    for (const strategy of strategies) {
      // Roles belong to a whole server, so that each strategy has one of its own.
      const server = await throwawayServer()
      try {
        const onProgress = (what: string): void => terminal.status(`${strategy}: ${what}`)
        scores.push(await selfTest(server, { strategy, onProgress }))
      } finally {
        await server.remove()
      }
    }
  } finally {
    terminal.status('')
  }
  return {
    json: { scores },
    text: scoreText(scores, flags.verbose, terminal.colors),
    exitCode: scores.every(({ caught, all }) => caught === all) ? 0 : 1,
  }
}
