import type { Service } from '@freehold/manifest'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Queryable } from '../database/index.js'
import type { Sealer } from '../sealing/index.js'

/** What a publisher is made of. */
export interface NatsPublisherOptions {
  /** The publishing service. */
  readonly service: Service
  /** Its log of events; the one of the manifest when absent. */
  readonly log?: string
  /** Its database. */
  readonly db: Queryable
  /** What seals the log, and says when there is more. */
  readonly sealer: Pick<Sealer, 'sealedBeyond'>
  /** To NATS, as a user who may publish for the service. It stays open; whoever made it closes it. */
  readonly connection: NatsConnection
  /** The first token of all subjects; `freehold` when absent. */
  readonly prefix?: string
  /** On how many servers of a cluster the stream is kept; 1 when absent, 3 for a cluster. */
  readonly replicas?: number
  /** The most bytes of the stream; no limit when absent. When it is full, events wait in the log. */
  readonly maxBytes?: number
  /** The most events that are sent before an answer to the first of them is waited for; 512 when absent. */
  readonly runLength?: number
  /** how long an answer of the server may take, in milliseconds; 3000 when absent. */
  readonly timeoutMs?: number
  /** How long an instance that was overtaken by another leaves it to that, in milliseconds; 500 when absent. */
  readonly standbyMs?: number
  /**
   * Hears of what failed and is tried again (`FREEHOLD_EVENTS_NOT_CARRIED`, errors of the database), and of
   * `FREEHOLD_EVENTS_STREAM_FORKED`, after which nothing is tried any more.
   */
  readonly onError?: (error: unknown) => void
}

/** What a publisher is doing. */
export interface NatsPublisherState {
  /**
   * `starting`: it has not yet seen the stream; `carrying`; `standby`: another instance carries; `retrying`: something
   * failed; `forked`: it has given up; `stopped`.
   */
  readonly phase: 'starting' | 'carrying' | 'standby' | 'retrying' | 'forked' | 'stopped'
  /** The last position that is known to be in the stream. */
  readonly position: number
  /** The last thing that failed. */
  readonly error: unknown
}

/** Carries the events of a service into its stream. */
export interface NatsPublisher {
  state(): NatsPublisherState
  /** Stops when what was sent is answered. */
  stop(): Promise<void>
}
