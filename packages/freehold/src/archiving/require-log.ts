import { serviceNamed, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { LogName } from './partition.js'

/** @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, or `FREEHOLD_MANIFEST_UNKNOWN_TABLE` for no log of it. */
export function requireLog({ system }: { readonly system: System }, { service, log }: LogName): void {
  const { owns } = serviceNamed(system, service)
  if (Object.hasOwn(owns, log) && owns[log]?.mutability === 'immutable') return
  const logs = Object.keys(owns).filter((name) => owns[name]?.mutability === 'immutable')
  throw new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_TABLE', {
    message: `"${service}" owns no log "${log}".`,
    ...(logs.length > 0 && { fix: `Use one of: ${logs.join(', ')}.` }),
    details: { service, log },
  })
}
