import { setTimeout as pause } from 'node:timers/promises'
import type { Queryable } from '../database/index.js'
import type { Caller } from './caller.js'
import type { FeedQuery } from './feed-query.js'
import type { LongPolls } from './long-polls.js'
import { mostEvents } from './names.js'
import { pageReader, type PageEvent } from './sealed-page.js'

/** Bytes of the texts of events after which a page ends. It has one event at least. */
export const pageBytes = 1_048_576

/** How many parts of a log without an event for the consumer one request passes over. */
const mostParts = 16

/** A part of the log as it is answered. */
export interface FeedPage {
  readonly events: readonly PageEvent[]
  /** Where the cursor is after it. */
  readonly position: number
  readonly segment: string | undefined
  readonly epoch: string | undefined
  readonly head: number
  /** Whether it would be the same whenever it is asked for: it did not end where the log ended. */
  readonly isFull: boolean
}

/** Makes pages of a log. */
export type FeedPages = (caller: Caller, query: FeedQuery, client: AbortSignal) => Promise<FeedPage>

/** @returns Makes the page that is asked for, and waits for its first event as long as the query says. */
export function feedPages(service: string, log: string, db: Queryable, polls: LongPolls): FeedPages {
  const read = pageReader(service, log)

  async function pageFrom(from: number, query: FeedQuery, caller: Caller): Promise<FeedPage> {
    const { types } = caller.visible
    const { limit } = query
    let after = from
    for (let part = 1; ; part += 1) {
      const last = after + (part === 1 ? limit : mostEvents)
      const page = await read(db, { after, last, types, limit, bytes: pageBytes, cursor: query })
      const { events, position, segment, isCut, place } = page
      after = position
      const isAtEnd = position >= place.head
      if (events.length === 0 && !isAtEnd && part < mostParts) continue
      const isFull = events.length > 0 ? isCut || position === last : !isAtEnd
      return { events, position, segment, epoch: place.epoch, head: place.head, isFull }
    }
  }

  return async (caller, query, client) => {
    const deadline = performance.now() + query.waitMs
    let from = query.after
    for (;;) {
      const page = await pageFrom(from, query, caller)
      const waitMs = deadline - performance.now()
      // What was waited for begins in the middle: asked for again, it would end elsewhere.
      const isFull = page.isFull && from === query.after
      if (page.events.length > 0 || page.isFull || waitMs <= 0 || client.aborted) return { ...page, isFull }
      const begin = performance.now()
      await polls.wait(caller.consumer, page.position, waitMs, client)
      // Where the sealer is further than this database shows, it is asked again and again.
      if (page.position === from && performance.now() - begin < 1) await pause(1)
      from = page.position
    }
  }
}
