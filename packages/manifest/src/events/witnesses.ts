import { logsOfKind } from '../logs-of.js'
import type { Service } from '../service.js'
import type { System } from '../system.js'
import { consumersOf } from './consumers.js'
import { checkpointSigned } from './checkpoint-signed.js'

/** The table in which a service keeps the checkpoints of others, or nothing when it keeps none. */
export function witnessLogOf(service: Pick<Service, 'owns'>): string | undefined {
  return logsOfKind(service, 'witness')[0]
}

/**
 * The services that keep the checkpoints of a service.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE` when the system has no such service.
 */
export function witnessesOf(system: System, serviceName: string): string[] {
  const { type } = checkpointSigned(serviceName)
  return consumersOf(system, serviceName)
    .filter(({ types }) => types.includes(type))
    .map(({ service }) => service)
}
