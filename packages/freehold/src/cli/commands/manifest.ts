import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { manifestText } from '../views/manifest.js'

/** `freehold manifest` */
export async function manifest({ terminal, workspace }: Invocation<GlobalFlags>): Promise<Answer> {
  const { system } = await workspace()
  return { json: system, text: manifestText(system, terminal.colors) }
}
