import { pgHbaLines } from '../../provisioning/hba.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'

/** `freehold hba` */
export async function hba({ workspace }: Invocation<GlobalFlags>): Promise<Answer> {
  const { system } = await workspace()
  const lines = pgHbaLines(system)
  return { json: { lines }, text: lines.join('\n') }
}
