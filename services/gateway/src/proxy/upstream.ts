import { gateBefore, type Gate } from '@freehold/runtime/peers'
import type { ServiceName } from '../settings/addresses.js'
import type { GatewaySettings } from '../settings/settings.js'

/** A service behind the door. */
export interface Upstream {
  readonly name: ServiceName
  readonly url: URL
  /** Paths that belong to it: this one and all below it. Nothing else of the service can be reached. */
  readonly prefix: string
  readonly gate: Gate
}

const prefixes: Readonly<Record<ServiceName, string>> = {
  auth: '/api/auth',
  user: '/api/users',
  notes: '/api/notes',
}

/**
 * The services that the settings name.
 *
 * @param settings - Where they are, and how much each may owe us.
 * @param now - The clock of their gates, in milliseconds.
 */
export function upstreamsFrom(
  settings: Pick<GatewaySettings, 'services' | 'limits'>,
  now: () => number = Date.now,
): Upstream[] {
  const names = Object.keys(prefixes) as ServiceName[]
  return names.map((name) => ({
    name,
    url: settings.services[name],
    prefix: prefixes[name],
    gate: gateBefore({ inFlight: settings.limits.inFlight, now }),
  }))
}
