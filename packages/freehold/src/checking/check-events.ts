import type { Service, System } from '@freehold/manifest'
import { consumerName, deployedConsumers, type Deployed } from '../contracts/events/consumers.js'
import { eventFindings } from '../contracts/events/event-findings.js'
import type { PartReport } from './part.js'
import type { ReleasedVersion, Releases } from './released-version.js'

/** What is known of all services. */
export interface EventsAround {
  readonly system: System
  readonly releases: Releases
  /** Of services whose last release is what the working tree has: the one before it. */
  readonly previous: ReadonlyMap<string, ReleasedVersion>
  /** The last releases of services that the manifest has no more. */
  readonly former: ReadonlyMap<string, ReleasedVersion>
  /** The services that are checked together. */
  readonly checked: readonly string[]
}

/** Compares what a service tells and hears with its baselines, and with what consumers were released with. */
export function checkEvents(
  service: Service,
  baselines: readonly ReleasedVersion[],
  around: EventsAround,
): PartReport {
  const versions = baselines.map(({ version }) => version)
  const all = around.releases.get(service.name) ?? []
  const oldest = all.findIndex(({ version }) => versions.includes(version))
  const earlier = oldest > 0 ? all.slice(0, oldest) : []
  const told = [...new Set(baselines.flatMap(({ publishes }) => publishes.map(({ type }) => type)))]
  const heard = Object.values(service.consumes).flat().length
  return {
    part: 'events',
    service: service.name,
    looked: `${told.length} ${told.length === 1 ? 'contract that was' : 'contracts that were'} released, ${heard} consumed${consumersText(service.name, told, around)}`,
    findings: eventFindings({ ...around, service, baselines, earlier }),
    notLookedAt: [],
  }
}

/** By what the consumers that are deployed were compared: it is told where that is not what they know. */
function consumersText(publisher: string, types: readonly string[], around: Deployed): string {
  const deployed = types.flatMap((type) => deployedConsumers(around, publisher, type))
  const named = (isKnown: boolean): string[] => [
    ...new Set(deployed.filter(({ known }) => (known !== undefined) === isKnown).map(consumerName)),
  ]
  const [known, unknown] = [named(true), named(false)]
  const taken =
    unknown.length === 1
      ? 'did not record what it knows, and is taken to know what was released'
      : 'did not record what they know, and are taken to know what was released'
  return [
    known.length === 0 ? '' : `; as ${known.join(' and ')} ${known.length === 1 ? 'knows' : 'know'} them`,
    unknown.length === 0 ? '' : `; ${unknown.join(' and ')} ${taken}`,
  ].join('')
}
