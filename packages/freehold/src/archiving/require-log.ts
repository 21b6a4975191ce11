import { logsOf, serviceNamed, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { LogName } from '@freehold/proof'

/** @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, or `FREEHOLD_MANIFEST_UNKNOWN_TABLE` for no log of it. */
export function requireLog({ system }: { readonly system: System }, { service, log }: LogName): void {
  const logs = logsOf(serviceNamed(system, service))
  if (logs.includes(log)) return
  throw new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_TABLE', {
    message: `"${service}" owns no log "${log}".`,
    ...(logs.length > 0 && { fix: `Use one of: ${logs.join(', ')}.` }),
    details: { service, log },
  })
}
