import type { EventContract, Service, System } from '@freehold/manifest'
import type { ReleasedVersion } from '../../checking/released-version.js'

/** What of a release has to do with events. */
export type ReleasedEvents = Pick<
  ReleasedVersion,
  'version' | 'folder' | 'publishes' | 'consumes' | 'consumed'
>

/** The releases of all services, by name, the newest last. */
export type EventReleases = ReadonlyMap<string, readonly ReleasedEvents[]>

/** A service whose last release hears events of a type: it may run beside what is deployed. */
export interface DeployedConsumer {
  readonly service: string
  readonly release: ReleasedEvents
  /** The contract that it was released with, where that was recorded. */
  readonly known: EventContract | undefined
  /** Whether the manifest has no such service any more. Then nobody knows whether it runs. */
  readonly isFormer: boolean
}

/** Who hears events of a type, by the last release of each service. */
export function deployedConsumers(
  { releases, former = new Map() }: Deployed,
  publisher: string,
  type: string,
): DeployedConsumer[] {
  return lastReleases({ releases, former }).flatMap(({ service, release, isFormer }) => {
    if (!(release.consumes[publisher] ?? []).includes(type)) return []
    const known = release.consumed?.[publisher]?.find((contract) => contract.type === type)
    return [{ service, release, known, isFormer }]
  })
}

/** What was released of the services of the manifest, and of others that it had. */
export interface Deployed {
  readonly releases: EventReleases
  readonly former?: ReadonlyMap<string, ReleasedEvents>
}

/** The last release of each service. */
export function lastReleases({ releases, former = new Map() }: Deployed): Omit<DeployedConsumer, 'known'>[] {
  const current = [...releases].flatMap(([service, all]) => {
    const release = all.at(-1)
    return release === undefined ? [] : [{ service, release, isFormer: false }]
  })
  return [...current, ...[...former].map(([service, release]) => ({ service, release, isFormer: true }))]
}

/** How such a consumer is called: `billing 1.2.0`. */
export function consumerName({ service, release, isFormer }: Omit<DeployedConsumer, 'known'>): string {
  return `${service} ${release.version}${isFormer ? ' (which the manifest has no more)' : ''}`
}

/** Who hears events of a type by the manifest of today. */
export function consumersToday(system: System, publisher: string, type: string): Service[] {
  return system.services.filter(({ consumes }) => (consumes[publisher] ?? []).includes(type))
}

/** The contract by which a service of today reads events of a type, where it is not that of the publisher. */
export function ownContract({ expects = [] }: Service, type: string): EventContract | undefined {
  return expects.find((contract) => contract.type === type)
}
