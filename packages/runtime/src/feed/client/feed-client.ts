import type { Cursor } from '../../events/index.js'
import { batchType } from '../names.js'
import { Exchange, type ExchangeOptions } from './exchange.js'
import { pageIn, type ReceivedPage } from './received-page.js'
import { standIn, type Standing } from './standing.js'

/** Asks one feed for its pages, one question at a time. */
export class FeedClient {
  readonly #exchange: Exchange
  readonly #source: string

  constructor(options: ExchangeOptions) {
    this.#exchange = new Exchange(options)
    this.#source = options.source
  }

  /** A page after a cursor. `types`: what stands for the types that the feed lets this service have. */
  async page(
    after: Cursor,
    asked: { limit: number; waitMs: number; types: string | undefined; signal: AbortSignal },
  ): Promise<ReceivedPage> {
    const { limit, waitMs, types, signal } = asked
    const query = new URLSearchParams({ after: String(after.position), limit: String(limit) })
    if (waitMs > 0) query.set('wait', (waitMs / 1_000).toFixed(3))
    if (after.epoch !== null) query.set('epoch', after.epoch)
    if (after.segment !== null) query.set('segment', after.segment)
    if (types !== undefined) query.set('types', types)
    const { headers, body } = await this.#exchange.ask({
      path: `events?${query.toString()}`,
      type: batchType,
      waitMs,
      signal,
    })
    return pageIn(headers, body, { source: this.#source, after: after.position, limit })
  }

  /** How far the log is sealed, and what of it this service may have. */
  async standing(signal: AbortSignal): Promise<Standing> {
    const { headers, body } = await this.#exchange.ask({
      path: 'events/head',
      type: 'application/json',
      signal,
    })
    return standIn(headers, body, this.#source)
  }
}
