import type { EventContract, Service } from '@freehold/manifest'
import type { FreeholdError } from '@freehold/manifest/errors'
import type { Database } from '../database/index.js'
import type { Delivered, EventTransport, Lift } from '../events/index.js'
import type { KeyFinder } from '../personal/index.js'
import type { Retry } from './application.js'
import type { Effect } from './effect.js'

/** What failed, beside the error. */
export interface ConsumerFailure {
  /** The event that could not be handled; undefined when no event is to blame. */
  readonly event: Delivered | undefined
  /** Whether it was set aside: its key waits for somebody, and all else goes on. */
  readonly isParked: boolean
}

/** How events are consumed. */
export type ConsumerOptions = Effect & {
  /** The consuming service. */
  readonly service: Service
  /** Names the consumer within its service. It is stored with the cursor. */
  readonly name: string
  /** The publishing service. */
  readonly source: string
  readonly transport: EventTransport
  /** The service's own database, with two connections at least: leases are renewed while a handler is at work. */
  readonly db: Database
  /** Makes older versions of events new before they are handled, as `upcasters` has it. Name their types, too. */
  readonly lift?: Lift | undefined
  /** Contracts, or types, beside those that have a handler: older versions that `lift` makes new. */
  readonly types?: readonly (EventContract | string)[] | undefined
  /**
   * Whom to ask for the keys that open what is personal: `publisherKeys(…).of(source)`. It is asked once for a delivery,
   * and while it cannot be, the consumer waits. It is needed where a contract has personal members.
   */
  readonly keys?: KeyFinder | undefined
  /** How many lanes the keys are spread over; 8 when absent. It never changes: it is stored with the first start. */
  readonly lanes?: number | undefined
  /** The most events of a transaction; 1,000 when absent. */
  readonly batch?: number | undefined
  /** How long the transport waits for events before it says that there are none, in milliseconds; 20,000 when absent. */
  readonly waitMs?: number | undefined
  /** Five attempts when absent, with waits of 200 milliseconds at first and 30 seconds at most. */
  readonly retry?: Partial<Retry> | undefined
  /**
   * How long lanes stay with a process that is not heard of, in milliseconds; 10,000 when absent. A handler must not
   * leave its transaction without a statement for so long: the database ends it then, and that is a failed attempt.
   */
  readonly leaseMs?: number | undefined
  /** Hears of everything that failed and is tried again, and of events that are parked. */
  readonly onError?: ((error: unknown, failure: ConsumerFailure) => void) | undefined
  /**
   * What happens when the publisher's log is not the one that was read: its database was restored or copied. `stop`,
   * when absent. `replay` goes back to where the two part, if the publisher knows; what was read beyond that has had
   * its effect, and what is there now has its effect on top of that: such events are handled at least once, and not
   * exactly once.
   */
  readonly onFork?: 'stop' | 'replay' | undefined
  /** Hears of it, and of events that were archived before they were read: of those there is nothing to replay. */
  readonly onForked?: ((error: FreeholdError) => void) | undefined
}

/** How a consumer is doing, as far as this process knows. */
export interface ConsumerState {
  /**
   * `forked`: the publisher's log is another one; `archived`: what comes next was archived there: in both somebody must
   * decide, and set the cursor (`freehold consumers move`). `refused`: it was started with another number of lanes than
   * it has. All three have ended by themselves; `lastError` says more.
   */
  readonly status: 'running' | 'stopped' | 'forked' | 'archived' | 'refused'
  /** The position up to which all lanes held here have come; undefined while none is held. */
  readonly position: number | undefined
  /** The last position that the publisher is known to have sealed. */
  readonly head: number
  readonly lag: {
    /** How many positions there are to go. */
    readonly events: number
    /** How old the last event was when it was handled, or is by now while there are more to come, in milliseconds. */
    readonly ms: number
  }
  /** How many events are parked, in all lanes of the consumer. */
  readonly parked: number
  /** The lanes that this process holds. */
  readonly lanes: readonly number[]
  /** What failed last; undefined when nothing has. */
  readonly lastError: unknown
}

/** A consumer at work. */
export interface Consumer {
  state(): ConsumerState
  /** Ends the transaction that is running, and gives the lanes to others. Never rejects. */
  stop(): Promise<void>
}
