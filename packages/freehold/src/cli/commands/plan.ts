import { planSystem } from '../../provisioning/plan-system.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { planJson, planText } from '../views/plan.js'

/** `freehold plan` */
export async function plan({ terminal, workspace }: Invocation<GlobalFlags>): Promise<Answer> {
  const found = await planSystem(await (await workspace()).provisioning())
  return {
    json: planJson(found),
    text: planText(found, terminal.colors),
    exitCode: found.changes.length > 0 ? 2 : 0,
  }
}
