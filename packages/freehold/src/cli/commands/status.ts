import { systemStatus, type ServiceStatus } from '../../provisioning/system-status.js'
import { schemaDrift } from '../../releases/schema-drift.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { statusJson, statusText } from '../views/status.js'

/** The flags of `freehold status`. */
export interface StatusFlags extends GlobalFlags {
  readonly schema: boolean
}

/** `freehold status` */
export async function status({ flags, terminal, workspace }: Invocation<StatusFlags>): Promise<Answer> {
  const opened = await workspace()
  const context = await opened.provisioning()
  const services = await systemStatus(context, opened.root)
  if (flags.schema) terminal.status('a shadow: provisioning, migrating')
  const drift = flags.schema
    ? await schemaDrift(context, opened.root, appliedTo(services), opened.shadowUrl).finally(() =>
        terminal.status(''),
      )
    : undefined
  const isWrong = services.some(({ error }) => error !== undefined)
  return {
    json: statusJson(opened.system, services, drift),
    text: statusText(opened.system, services, terminal.colors, drift),
    exitCode: isWrong ? 1 : [...(drift?.values() ?? [])].some(({ length }) => length > 0) ? 2 : 0,
  }
}

/** Of those services whose records could be read. */
function appliedTo(services: readonly ServiceStatus[]): Record<string, number> {
  return Object.fromEntries(
    services.flatMap(({ service, migrations }) =>
      migrations === undefined ? [] : [[service, migrations.applied.at(-1)?.number ?? 0]],
    ),
  )
}
