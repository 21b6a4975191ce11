import { systemStatus } from '../../provisioning/system-status.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { statusJson, statusText } from '../views/status.js'

/** `freehold status` */
export async function status({ terminal, workspace }: Invocation<GlobalFlags>): Promise<Answer> {
  const opened = await workspace()
  const services = await systemStatus(await opened.provisioning(), opened.root)
  return {
    json: statusJson(opened.system, services),
    text: statusText(opened.system, services, terminal.colors),
    exitCode: services.some(({ error }) => error !== undefined) ? 1 : 0,
  }
}
