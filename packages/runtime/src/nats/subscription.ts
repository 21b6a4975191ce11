import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Cursor, Delivered, Delivery, Subscription, SubscriptionOptions } from '../events/index.js'
import { readArrival, type Arrival } from './arrival.js'
import { asUnavailable } from './broker-errors.js'
import { Pulls } from './pulls.js'
import { isAborted, sleep, unlessAborted } from './waiting.js'
import { beginBehind, cursorForked, forget, type Looking } from './server-consumer.js'

/** What all subscriptions of a transport share. */
export interface Carrier extends Omit<Looking, 'manager' | 'stream'> {
  readonly connection: NatsConnection
  readonly inboxPrefix: string
  readonly timeoutMs: number
  readonly behindMs: number
}

type NextOptions = Parameters<Subscription['next']>[0]

/** How long it waits before it looks again whether the stream has come to the cursor, or is there again. */
const againMs = 50

/** Reads a stream from a cursor on. Whatever breaks is begun anew behind what was delivered last. */
export class NatsSubscription implements Subscription {
  readonly #carrier: Carrier
  readonly #stream: string
  readonly #options: SubscriptionOptions
  readonly #types: ReadonlySet<string>
  #place: Cursor
  #pulls: Pulls | undefined
  #forget: (() => Promise<void>) | undefined
  #beginning: Promise<Pulls | undefined> | undefined
  #waiting: AbortController | undefined
  #behindSince: number | undefined
  #isClosed = false

  constructor(carrier: Carrier, stream: string, options: SubscriptionOptions) {
    this.#carrier = carrier
    this.#stream = stream
    this.#options = options
    this.#types = new Set(options.types)
    this.#place = options.after
  }

  async next({ limit, waitMs, signal }: NextOptions): Promise<Delivery | undefined> {
    if (this.#isClosed || signal?.aborted) return undefined
    const waiting = new AbortController()
    const end = (): void => waiting.abort()
    this.#waiting = waiting
    signal?.addEventListener('abort', end)
    try {
      return await this.#nextWithin(limit, performance.now() + waitMs, waiting.signal)
    } catch (error) {
      void this.#drop()
      throw asUnavailable(error)
    } finally {
      signal?.removeEventListener('abort', end)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#waiting?.abort()
    await this.#drop()
  }

  async #nextWithin(limit: number, deadline: number, signal: AbortSignal): Promise<Delivery | undefined> {
    do {
      const pulls = this.#pulls ?? (await unlessAborted(this.#begun(), signal))
      if (isAborted(signal)) return undefined
      if (pulls === undefined) {
        await sleep(Math.min(againMs, deadline - performance.now()), signal)
        continue
      }
      pulls.ask(limit)
      await pulls.arrival(limit, deadline - performance.now(), signal)
      const arrivals = isAborted(signal) ? [] : pulls.take(limit)
      if (arrivals.length > 0) {
        const delivery = this.#deliver(pulls, arrivals)
        pulls.ask(limit)
        return delivery
      }
      if (pulls.broken !== undefined) {
        void this.#drop()
        await sleep(Math.min(againMs, deadline - performance.now()), signal)
      }
    } while (!isAborted(signal) && performance.now() < deadline)
    return undefined
  }

  #begun(): Promise<Pulls | undefined> {
    if (this.#beginning !== undefined) return this.#beginning
    const beginning = this.#begin().finally(() => (this.#beginning = undefined))
    // Where nobody waits for it any more, its failure is that of the next one, which begins again.
    beginning.catch(() => undefined)
    this.#beginning = beginning
    return beginning
  }

  async #begin(): Promise<Pulls | undefined> {
    const { connection, inboxPrefix, timeoutMs, behindMs, ...carrier } = this.#carrier
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs })
    const looking = { ...carrier, manager, stream: this.#stream }
    const consumer = await beginBehind(looking, this.#options, this.#place)
    if ('endsAt' in consumer) {
      this.#behindSince ??= performance.now()
      if (performance.now() - this.#behindSince < behindMs) return undefined
      const { endsAt } = consumer
      throw cursorForked(this.#stream, this.#place, 'beyond-head', `it ends at ${endsAt}`, { head: endsAt })
    }
    this.#behindSince = undefined
    this.#forget = () => forget(manager, consumer)
    if (this.#isClosed) {
      await this.#drop()
      return undefined
    }
    this.#pulls = new Pulls(connection, consumer, inboxPrefix)
    return this.#pulls
  }

  /** Delivers as far as it can be read; what cannot be is the matter of the next one. */
  #deliver(pulls: Pulls, arrivals: readonly Arrival[]): Delivery {
    const events: Delivered[] = []
    let read = 0
    for (const arrival of arrivals) {
      try {
        const { event, cursor } = readArrival(this.#carrier.prefix, this.#options.source, arrival)
        if (this.#types.has(event.type)) events.push(event)
        this.#place = cursor
        read += 1
      } catch (error) {
        if (read === 0) throw error
        pulls.putBack(arrivals.slice(read))
        break
      }
    }
    const last = arrivals[read - 1]
    return {
      events,
      cursor: this.#place,
      head: Math.max(pulls.head, this.#place.position),
      // All before it are acknowledged with it. The server's account is for those who look at it: what counts is the cursor.
      done: async () => void last?.message.respond('+ACK'),
    }
  }

  async #drop(): Promise<void> {
    const forgetting = this.#forget
    this.#pulls?.close()
    this.#pulls = undefined
    this.#forget = undefined
    await forgetting?.()
  }
}
