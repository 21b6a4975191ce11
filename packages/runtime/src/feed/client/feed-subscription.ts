import type { Cursor, Delivered, Delivery, Subscription, SubscriptionOptions } from '../../events/index.js'
import { longestWait, mostEvents } from '../names.js'
import type { FeedClient } from './feed-client.js'
import type { ReceivedPage } from './received-page.js'
import { refused, unavailable } from './refusals.js'
import type { Standing } from './standing.js'

/** What was fetched and not delivered yet. */
interface Ready {
  readonly events: readonly Delivered[]
  readonly cursor: Cursor
  readonly hasMore: boolean
}

/** How old the head may be that a delivery tells when pages do not say it, in milliseconds. */
const headGoodForMs = 1_000

/** Reads one feed, a page ahead of its consumer and no more. */
export class FeedSubscription implements Subscription {
  readonly #client: FeedClient
  readonly #source: string
  readonly #wanted: ReadonlySet<string>
  readonly #closing = new AbortController()
  /** Where the next page begins. */
  #at: Cursor
  #ready: Ready | undefined
  #ahead: { page: Promise<ReceivedPage>; abort: AbortController } | undefined
  #standing: Standing | undefined
  #head = { position: 0, at: -Infinity }
  #isHeadTold = true

  constructor(client: FeedClient, { source, types, after }: SubscriptionOptions) {
    this.#client = client
    this.#source = source
    this.#wanted = new Set(types)
    this.#at = after
  }

  async next(options: {
    limit: number
    waitMs: number
    signal?: AbortSignal
  }): Promise<Delivery | undefined> {
    const { waitMs, signal } = options
    const limit = Math.max(1, Math.trunc(options.limit))
    const deadline = performance.now() + waitMs
    for (;;) {
      const leftMs = deadline - performance.now()
      if (this.#closing.signal.aborted || signal?.aborted) return undefined
      if (this.#ready !== undefined && (this.#ready.events.length > 0 || leftMs <= 0))
        return this.#take(limit)
      const page = await this.#nextPage(limit, Math.max(0, leftMs), signal)
      if (page === undefined) return undefined
      if (page.cursor.position > this.#at.position) this.#ready = this.#readyOf(page)
      this.#at = page.cursor
      if (this.#ready === undefined && performance.now() >= deadline) return undefined
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#ahead?.abort.abort()
    await this.#ahead?.page.catch(() => undefined)
  }

  #readyOf({ events, cursor, head }: ReceivedPage): Ready {
    const wanted = events.filter(({ type }) => this.#wanted.has(type))
    return { events: wanted, cursor, hasMore: head === undefined || cursor.position < head }
  }

  #take(limit: number): Delivery | undefined {
    const ready = this.#ready
    if (ready === undefined) return undefined
    const events = ready.events.slice(0, limit)
    const last = events.at(-1)
    const isWhole = events.length === ready.events.length
    this.#ready = isWhole ? undefined : { ...ready, events: ready.events.slice(limit) }
    if (isWhole && ready.hasMore) this.#ahead ??= this.#ask(limit, 0)
    const { epoch } = ready.cursor
    const cursor =
      isWhole || last === undefined ? ready.cursor : { position: last.position, segment: last.segment, epoch }
    return {
      events,
      cursor,
      head: Math.max(this.#head.position, cursor.position),
      // The cursor is in the consumer's hands: nothing is delivered again, and nothing to be told.
      done: async () => undefined,
    }
  }

  /** Nothing when it was told to stop. What fails is asked for again by the next call. */
  async #nextPage(limit: number, waitMs: number, signal?: AbortSignal): Promise<ReceivedPage | undefined> {
    const ahead = (this.#ahead ??= this.#ask(limit, Math.min(waitMs, longestWait * 1_000)))
    const stop = (): void => ahead.abort.abort()
    signal?.addEventListener('abort', stop)
    try {
      return await ahead.page
    } catch (error) {
      if (ahead.abort.signal.aborted) return undefined
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#ahead = undefined
    }
  }

  #ask(limit: number, waitMs: number): { page: Promise<ReceivedPage>; abort: AbortController } {
    const abort = new AbortController()
    const page = this.#fetch(Math.min(limit, mostEvents), waitMs, abort.signal)
    // It is looked at by the next call, which may be late.
    page.catch(() => undefined)
    return { page, abort }
  }

  async #fetch(limit: number, waitMs: number, signal: AbortSignal): Promise<ReceivedPage> {
    const standing = (this.#standing ??= await this.#look(signal))
    const isHeadOld = !this.#isHeadTold && performance.now() - this.#head.at > headGoodForMs
    const [page] = await Promise.all([
      this.#client.page(this.#at, { limit, waitMs, types: standing.types, signal }),
      // The head of a backlog is but for those who look at the lag.
      isHeadOld ? this.#look(signal).catch(() => undefined) : undefined,
    ])
    // Made for other types than were known: they may lack a wanted one, whose events it would pass over.
    if (page.types !== standing.types) {
      this.#standing = await this.#look(signal)
      if (page.types !== this.#standing.types)
        throw unavailable(this.#source, 'what this service may have of it is changing')
    }
    this.#isHeadTold = page.head !== undefined
    if (page.head !== undefined) this.#head = { position: page.head, at: performance.now() }
    return page
  }

  async #look(signal: AbortSignal): Promise<Standing> {
    const standing = await this.#client.standing(signal)
    const missing = [...this.#wanted].filter((type) => !standing.visible.has(type))
    if (missing.length > 0) {
      const detail = `Its manifest does not let it have ${missing.join(', ')}.`
      throw refused(this.#source, detail, { missing })
    }
    this.#head = { position: standing.head, at: performance.now() }
    return standing
  }
}
