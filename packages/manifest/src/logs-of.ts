import type { Service } from './service.js'
import type { LogKind } from './table.js'

/** The names of all logs of a service. */
export function logsOf({ owns }: Pick<Service, 'owns'>): string[] {
  return Object.keys(owns).filter((name) => owns[name]?.mutability === 'immutable')
}

/** The names of a service's logs that are for one thing. */
export function logsOfKind({ owns }: Pick<Service, 'owns'>, kind: LogKind): string[] {
  return Object.keys(owns).filter((name) => {
    const table = owns[name]
    return table?.mutability === 'immutable' && table.kind === kind
  })
}
