import type { Service, System } from '@freehold/manifest'
import type { EventReleases, ReleasedEvents } from './consumers.js'

/** What to compare. */
export interface EventComparison {
  readonly system: System
  readonly service: Service
  /** The releases of the service that its contracts are compared with, the newest first. */
  readonly baselines: readonly ReleasedEvents[]
  /** Releases before these: the log has their events, and a consumer may know no other contract. */
  readonly earlier?: readonly ReleasedEvents[]
  readonly releases: EventReleases
  /** Of services whose last release is what the working tree has: the one before it, which may still run. */
  readonly previous?: ReadonlyMap<string, ReleasedEvents>
  /** The last releases of services that the manifest has no more: they may still run. */
  readonly former?: ReadonlyMap<string, ReleasedEvents>
  /** The services that are checked beside this one: what is found of them is told there. */
  readonly checked?: readonly string[]
}
