import { natsPrefix, natsStream } from '@freehold/manifest'
import type { NatsConnection } from '@nats-io/transport-node'
import type { EventTransport } from '../events/index.js'
import { NatsSubscription, type Carrier } from './subscription.js'

/** How a service reads events from NATS. */
export interface NatsTransportOptions {
  /** To NATS, as a user who may read what the service consumes. It stays open; whoever made it closes it. */
  readonly connection: NatsConnection
  /** The first token of all subjects, as the publishers have it; `freehold` when absent. */
  readonly prefix?: string
  /** That of the connection, where it has one of its own: `_INBOX` when absent. */
  readonly inboxPrefix?: string
  /** The most events that are delivered without a `done`; 10,000 when absent. Then the server waits. */
  readonly mostUnacknowledged?: number
  /** how long an answer of the server may take, in milliseconds; 3000 when absent. */
  readonly timeoutMs?: number
  /**
   * How long a stream may end before the cursor, in milliseconds, until the cursor counts as forked; 10,000 when
   * absent. It is so for a moment where a server has lost its last messages and its publisher brings them again.
   */
  readonly behindMs?: number
}

/**
 * Carries events by JetStream. Each subscription has a pull consumer of its own on the server, which begins behind the
 * cursor of the consumer's database: that cursor is the truth, and what the server remembers is for looking at.
 */
export function natsTransport(options: NatsTransportOptions): EventTransport {
  const { connection, prefix = natsPrefix, inboxPrefix = '_INBOX' } = options
  const { mostUnacknowledged = 10_000, timeoutMs = 3_000, behindMs = 10_000 } = options
  const carrier: Carrier = { connection, prefix, inboxPrefix, mostUnacknowledged, timeoutMs, behindMs }
  return {
    // Lets the server be asked when the first event is: whatever fails then fails where it is tried again.
    async subscribe(subscription) {
      return new NatsSubscription(carrier, natsStream(subscription.source, prefix), subscription)
    },
  }
}
