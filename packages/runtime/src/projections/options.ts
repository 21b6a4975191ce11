import type { EventContract, Service } from '@freehold/manifest'
import type { FreeholdError } from '@freehold/manifest/errors'
import type { ConsumerFailure, ConsumerState, Effect, Retry } from '../consumers/index.js'
import type { Database } from '../database/index.js'
import type { EventTransport, Lift } from '../events/index.js'
import type { KeyFinder } from '../personal/index.js'
import type { Verification, VerifyOptions } from './verification.js'

/** The events of one service, and what they do to a projection: they write its table, and nothing else. */
export type ProjectionFeed = Effect & {
  readonly transport: EventTransport
  /** Makes older versions of events new before they are handled. */
  readonly lift?: Lift | undefined
  /** Contracts, or types, beside those that have a handler: older versions that `lift` makes new. */
  readonly types?: readonly (EventContract | string)[] | undefined
  /** As for a consumer: whom to ask for the keys of what is personal. */
  readonly keys?: KeyFinder | undefined
  /** As for a consumer: what happens when the publisher's log is another one than was read. */
  readonly onFork?: 'stop' | 'replay' | undefined
  readonly onForked?: ((error: FreeholdError) => void) | undefined
}

/** How a projection is kept. */
export interface ProjectionOptions {
  readonly service: Service
  /** The table that the manifest declares as a projection. */
  readonly table: string
  /** By the publishing service: all that the manifest names in `of`. */
  readonly sources: Readonly<Record<string, ProjectionFeed>>
  /** The service's own database, with four connections at least: two builds may be at work, and leases are renewed. */
  readonly db: Database
  /** As for a consumer; a new build may have another number than the one before. */
  readonly lanes?: number | undefined
  readonly batch?: number | undefined
  readonly waitMs?: number | undefined
  readonly retry?: Partial<Retry> | undefined
  readonly leaseMs?: number | undefined
  /** How often it is looked whether others have begun a rebuild, or swapped one, in milliseconds; 1,000 when absent. */
  readonly pollMs?: number | undefined
  /** Hears of everything that failed and is tried again, of either build. */
  readonly onError?:
    ((error: unknown, failure: ConsumerFailure & { readonly build?: number }) => void) | undefined
}

/** How old what a projection says may be, as this process knows. */
export interface Staleness {
  /**
   * The age of the oldest event that has not been applied; or, when the publisher cannot be reached, for how long it
   * could not, if that is more. 0 when there is nothing to apply; undefined while this process holds no lane.
   */
  readonly ms: number | undefined
  /** What the manifest allows. */
  readonly limitMs: number
  readonly isStale: boolean
}

/** How far a rebuild has come with the events of one service. */
export interface RebuildProgress {
  /** The position that all lanes have come to. */
  readonly position: number
  /** The last position that the publisher is known to have sealed. */
  readonly head: number
  readonly eventsPerSecond: number
  /** How long it will take at this pace, in milliseconds; undefined while nothing moves. */
  readonly etaMs: number | undefined
}

/** How a projection is doing, as far as this process knows. */
export interface ProjectionState {
  /** The build that is served, and its consumers by their source. Undefined until it was first looked. */
  readonly live:
    { readonly build: number; readonly sources: Readonly<Record<string, ConsumerState>> } | undefined
  readonly rebuild:
    | {
        readonly build: number
        readonly sources: Readonly<Record<string, RebuildProgress>>
        /** Why it stands still. */
        readonly problem: string | undefined
      }
    | undefined
  /** The build that was replaced and is kept for a rollback. */
  readonly retired: { readonly build: number } | undefined
  readonly staleness: Staleness
}

/** What a service tells of a projection beside its health. */
export interface ProjectionReport {
  readonly stalenessMs: number | undefined
  readonly limitMs: number
  readonly isStale: boolean
  /** Events that are set aside, and so are missing. */
  readonly parked: number
}

/** A projection at work in this process. */
export interface Projection {
  state(): ProjectionState
  /** Its staleness in few words, for the `reports` of `healthRoutes`: a projection that is stale is still served. */
  report(): ProjectionReport
  /**
   * Begins to build the projection anew, from the first event, beside the live one. When a rebuild is under way already,
   * by whomever it was begun, it is that one.
   *
   * @returns The number of the build.
   * @throws FreeholdError `FREEHOLD_PROJECTION_RETIRED` when a build is kept for a rollback,
   *   `FREEHOLD_PROJECTION_OBSTACLES` when the table has what a copy cannot have.
   */
  rebuild(): Promise<number>
  /**
   * Compares the rebuild with the live build at one position, to which this process brings both. The live one waits for
   * that moment; reading both whole is done from a snapshot.
   *
   * @throws FreeholdError `FREEHOLD_PROJECTION_NOT_FOUND` without a rebuild, `FREEHOLD_PROJECTION_BEHIND` when it does
   *   not catch up in time, `FREEHOLD_PROJECTION_CHANGED` when a migration has changed the live table since.
   */
  verify(options?: VerifyOptions): Promise<Verification>
  /**
   * Serves the rebuild in the place of the live build, which is kept.
   *
   * @param options - `digest`: of the build as {@link verify} has found it.
   * @throws FreeholdError `FREEHOLD_PROJECTION_UNVERIFIED` when the build says something else by now, and what
   *   {@link verify} throws; `FREEHOLD_PROJECTION_IN_USE` when others do not let go of the table.
   */
  swap(options: { readonly digest: string }): Promise<void>
  /** Serves the build that was replaced again. It catches up from where it was left. */
  rollback(): Promise<void>
  /** Drops the rebuild, or the build that was replaced. @returns Its number; undefined when there was none. */
  discard(): Promise<number | undefined>
  /** Never rejects. */
  stop(): Promise<void>
}
