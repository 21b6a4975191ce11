import type { Service } from '../service.js'

/** The table that a service's events are appended to, or nothing when it has none. */
export function eventsLogOf(service: Pick<Service, 'owns'>): string | undefined {
  return Object.keys(service.owns).find((name) => {
    const table = service.owns[name]
    return table?.mutability === 'immutable' && table.kind === 'events'
  })
}
