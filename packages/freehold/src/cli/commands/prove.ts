import { userInfo } from 'node:os'
import type { Chapter } from '../../proving/index.js'
import { proveSystem } from '../../proving/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { proofText } from '../views/proof.js'

/** The flags of `freehold prove`. */
export type ProveFlags = GlobalFlags & {
  readonly service?: readonly string[]
  readonly chapter?: readonly Chapter[]
  readonly who?: string
  readonly verbose: boolean
}

const exitCodes = { held: 0, failed: 1, incomplete: 2 } as const

/** `freehold prove` */
export async function prove({ flags, terminal, workspace }: Invocation<ProveFlags>): Promise<Answer> {
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
