import type { EventTransport } from '../events/index.js'
import type { ServiceIdentity } from '../identity/index.js'
import { FeedClient } from './client/feed-client.js'
import { FeedSubscription } from './client/feed-subscription.js'

/** How feeds are read. */
export interface FeedTransportOptions {
  /** Who asks. */
  readonly identity: ServiceIdentity
  /** Where the application of a service is, for instance `http://notes.internal:8083`. */
  readonly urlOf: (service: string) => string
  /** How long an answer may take, beside the waiting for events, in milliseconds; 10,000 when absent. */
  readonly timeoutMs?: number
}

const defaultTimeoutMs = 10_000

/**
 * Carries events by the feeds that the publishing services serve themselves (`feedRoutes`). Nothing is between the two.
 * A subscription reads one page ahead while its consumer works; connections are kept. Pages are compressed, unless the
 * feed is on this machine.
 *
 * Beside the errors of {@link EventTransport}, a subscription throws `FREEHOLD_EVENTS_UNREADABLE` for what is no
 * feed's answer. `details.retryAfterMs` of `FREEHOLD_EVENTS_UNAVAILABLE` is how long the publisher asks to be left
 * alone. `details.forkPosition` of `FREEHOLD_EVENTS_CURSOR_FORKED`, where it is known, is an upper bound: nothing after
 * it is shared by the two lives of the log, and what is before need not be.
 */
export function feedTransport(options: FeedTransportOptions): EventTransport {
  const { identity, urlOf, timeoutMs = defaultTimeoutMs } = options
  return {
    async subscribe(subscription) {
      const { source } = subscription
      const client = new FeedClient({ identity, source, url: urlOf(source), timeoutMs })
      return new FeedSubscription(client, subscription)
    },
  }
}
