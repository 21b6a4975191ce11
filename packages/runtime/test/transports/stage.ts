import { isFreeholdError } from '@freehold/manifest/errors'
import type { Cursor, Delivered, EventTransport, Subscription } from '../../src/events/index.js'

/** What the conformance suite needs of a transport: a publisher behind it, and ways to trouble it. */
export interface TransportStage {
  /** The publishing service. */
  readonly source: string
  /** The type that the suite publishes and reads. */
  readonly type: string
  /** Another type that the consumer may read; the suite publishes it too, and does not subscribe to it. */
  readonly otherType: string

  /**
   * Appends events and seals them. The data of each is `{ n }`, which counts from 1 through all calls; their keys
   * are `k<n % keys>`. They are in the log in the order of n.
   *
   * @param options - `keys`: how many, 10 when absent; `type`: {@link TransportStage.type} when absent.
   */
  publish(count: number, options?: { keys?: number; type?: string }): Promise<void>

  /** The transport of a consumer's process that has just begun. Those before go on, or are closed by `close`. */
  transport(): EventTransport

  /** Ends what serves the events, however many are reading, and begins it again at the same address. */
  restartServer(): Promise<void>

  /** How many events have left the server so far. */
  sent(): number | Promise<number>

  /** Another life of the log begins, which shares at most the first `kept` positions with this one. */
  fork(kept: number): Promise<void>

  close(): Promise<void>
}

/** What the suite publishes. */
export type Counted = Delivered<{ n: number }>

/** Before the first event. */
export const beginning: Cursor = { position: 0, segment: null, epoch: null }

/** Opens a subscription to the events of the suite. */
export async function subscribed(
  stage: TransportStage,
  after: Cursor,
  options: { transport?: EventTransport; types?: string[] } = {},
): Promise<Subscription> {
  const { transport = stage.transport(), types = [stage.type] } = options
  return transport.subscribe({ consumer: 'billing.conformance', source: stage.source, types, after })
}

/** What was read, and where the cursor is after it. */
export interface Reading {
  readonly events: Counted[]
  cursor: Cursor
}

/**
 * Reads until so many events are there, or fails when nothing comes for ten seconds. An outage is not a failure: a
 * consumer tries again.
 */
export async function read(
  subscription: Subscription,
  count: number,
  { limit = 500, from = beginning }: { limit?: number; from?: Cursor } = {},
): Promise<Reading> {
  const reading: Reading = { events: [], cursor: from }
  let quietSince = performance.now()
  let outage: unknown
  while (reading.events.length < count) {
    if (performance.now() - quietSince > 10_000)
      throw new RangeError(`only ${reading.events.length} of ${count} events came`, { cause: outage })
    const delivery = await subscription.next({ limit, waitMs: 2_000 }).catch(async (error: unknown) => {
      outage = error
      return afterOutage(error)
    })
    if (delivery === undefined) continue
    if (delivery.events.length > limit) throw new RangeError(`${delivery.events.length} events, not ${limit}`)
    for (const event of delivery.events) reading.events.push(event as Counted)
    reading.cursor = delivery.cursor
    quietSince = performance.now()
    await delivery.done()
  }
  return reading
}

async function afterOutage(error: unknown): Promise<undefined> {
  if (!isFreeholdError(error, 'FREEHOLD_EVENTS_UNAVAILABLE')) throw error
  await new Promise((resolve) => setTimeout(resolve, 20))
}

/** The numbers of the events, in the order in which they came. */
export function numbers(events: readonly Delivered[]): number[] {
  return (events as readonly Counted[]).map(({ data }) => data.n)
}

/** The whole numbers from one to another. */
export function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
