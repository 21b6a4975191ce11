import { logsOfKind } from '../logs-of.js'
import type { Service } from '../service.js'

/** The table that a service's events are appended to, or nothing when it has none. */
export function eventsLogOf(service: Pick<Service, 'owns'>): string | undefined {
  return logsOfKind(service, 'events')[0]
}
