import { parkedEvents } from 'freehold'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entering, ledger, type Ledger } from '../fixtures/ledger.js'
import { rejection } from '../fixtures/rejection.js'
import type { Cursor } from '../../src/events/index.js'
import { beginning, numbers, read, span, subscribed, type TransportStage } from './stage.js'

/** A backlog of this many is there, and in order. */
const backlog = 100_000

/**
 * What every transport of events must do. The tests are in one order and use one log.
 *
 * @param name - The transport.
 * @param open - Makes the publisher, with a log where nothing is.
 */
export function transportConformance(name: string, open: () => Promise<TransportStage>): void {
  describe(`the transport ${name}`, () => {
    let stage: TransportStage
    /** The last n that was published. */
    let last = 0
    /** How far the suite has read, of either type, and where the cursor was then. */
    let known = { n: 0, cursor: beginning }

    beforeAll(async () => {
      stage = await open()
    })
    afterAll(() => stage.close())

    async function publish(count: number, options: { keys?: number; type?: string } = {}): Promise<void> {
      await stage.publish(count, options)
      last += count
    }

    test('waits for the first event of a log, and no longer than it is told to', async () => {
      const subscription = await subscribed(stage, beginning)
      expect(await subscription.next({ limit: 10, waitMs: 30 })).toBeUndefined()
      const waiting = subscription.next({ limit: 10, waitMs: 10_000 })
      await publish(1)
      const delivery = await waiting
      expect(numbers(delivery?.events ?? [])).toEqual([1])
      expect(delivery?.events[0]).toMatchObject({ source: stage.source, type: stage.type, subject: 'k1' })
      expect(delivery?.cursor.position).toBe(delivery?.events[0]?.position)
      expect(delivery?.head).toBe(delivery?.cursor.position)
      await delivery?.done()
      await subscription.close()
    })

    test('ends its waiting when it is told to', async () => {
      const subscription = await subscribed(stage, beginning)
      const { cursor } = await read(subscription, last)
      const impatience = new AbortController()
      const waiting = subscription.next({ limit: 10, waitMs: 20_000, signal: impatience.signal })
      impatience.abort()
      expect(await waiting).toBeUndefined()
      const closing = subscription.next({ limit: 10, waitMs: 20_000 })
      await subscription.close()
      expect(await closing).toBeUndefined()
      expect(cursor.position).toBeGreaterThanOrEqual(last)
    })

    test('brings what is written while it reads: all of it, once, in the order of every key', async () => {
      const subscription = await subscribed(stage, beginning)
      const from = last
      const writing = (async () => {
        for (let batch = 0; batch < 10; batch += 1) await publish(100, { keys: 7 })
      })()
      const { events } = await read(subscription, from + 1_000, { limit: 64 })
      await writing
      expect(numbers(events).toSorted((a, b) => a - b)).toEqual(span(1, last))
      const positions = events.map(({ position }) => position)
      expect(positions).toEqual(positions.toSorted((a, b) => a - b))
      for (const key of new Set(events.map(({ subject }) => subject))) {
        const ofKey = numbers(events.filter(({ subject }) => subject === key))
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b))
      }
      expect(await subscription.next({ limit: 10, waitMs: 30 })).toBeUndefined()
      await subscription.close()
    })

    test('goes on behind the cursor, in a process that has just begun', async () => {
      const first = await subscribed(stage, beginning)
      const { cursor } = await read(first, 300, { limit: 100 })
      await first.close()
      const second = await subscribed(stage, cursor)
      const { events } = await read(second, last - 300)
      expect(numbers(events)).toEqual(span(301, last))
      await second.close()
    })

    test('lets only the keys of events wait that cannot be handled, and has them go on in order', async () => {
      const books = await ledger()
      try {
        await poisoned(books)
      } finally {
        await books.drop()
      }
    })

    test('brings again what was delivered and had no effect', async () => {
      const cursor = await here()
      await publish(50)
      const first = await subscribed(stage, cursor)
      const lost = await first.next({ limit: 20, waitMs: 5_000 })
      expect(numbers(lost?.events ?? [])).toEqual(span(last - 49, last - 30))
      await first.close()
      const second = await subscribed(stage, cursor)
      expect(numbers((await read(second, 50)).events)).toEqual(span(last - 49, last))
      await second.close()
    })

    test('moves the cursor on over events of other types', async () => {
      const cursor = await here()
      await publish(3, { type: stage.otherType })
      await publish(2)
      await publish(3_000, { type: stage.otherType })
      const subscription = await subscribed(stage, cursor)
      const { events } = await read(subscription, 2)
      expect(numbers(events)).toEqual([last - 3_001, last - 3_000])
      await publish(1)
      const later = await read(subscription, 1)
      expect(numbers(later.events)).toEqual([last])
      expect(later.cursor.position).toBe(cursor.position + 3_006)
      await subscription.close()
    })

    test('goes on in the same subscription when the server was restarted', async () => {
      const cursor = await here()
      await publish(600)
      const subscription = await subscribed(stage, cursor)
      const before = await read(subscription, 100, { limit: 50 })
      await stage.restartServer()
      const after = await read(subscription, 500, { limit: 50 })
      const waiting = read(subscription, 10)
      await stage.restartServer()
      await publish(10)
      const [...all] = [...before.events, ...after.events, ...(await waiting).events]
      expect(numbers(all)).toEqual(span(last - 609, last))
      await subscription.close()
    })

    test('asks no more than two pages ahead of a slow consumer', async () => {
      const cursor = await here()
      await publish(5_000)
      const subscription = await subscribed(stage, cursor)
      const before = await stage.sent()
      expect((await subscription.next({ limit: 100, waitMs: 5_000 }))?.events).toHaveLength(100)
      // There is no condition to wait for when nothing more may happen.
      await new Promise((resolve) => setTimeout(resolve, 150))
      expect((await stage.sent()) - before).toBeLessThanOrEqual(300)
      await subscription.close()
    })

    test(`brings a backlog of ${backlog} events, in order`, async () => {
      const cursor = await here()
      await publish(backlog, { keys: 1_000 })
      const subscription = await subscribed(stage, cursor)
      const begin = performance.now()
      const { events, cursor: end } = await read(subscription, backlog, { limit: 1_000 })
      const seconds = (performance.now() - begin) / 1_000
      console.info(`${name}: ${Math.round(backlog / seconds)} events/s from a backlog of ${backlog}`)
      const firstAstray = numbers(events).findIndex((n, i) => n !== last - backlog + 1 + i)
      expect(firstAstray).toBe(-1)
      expect(events).toHaveLength(backlog)
      known = { n: last, cursor: end }
      await subscription.close()
    }, 60_000)

    test('refuses a cursor that the log does not go as far as, or that is of another life', async () => {
      const cursor = await here()
      const ahead = { ...cursor, position: cursor.position + 1_000 }
      expect(await failure(ahead)).toMatchObject({ code: 'FREEHOLD_EVENTS_CURSOR_FORKED' })
      const elsewhere = { ...cursor, segment: '01234567-89ab-4cde-8f01-23456789abcd' }
      expect(await failure(elsewhere)).toMatchObject({ code: 'FREEHOLD_EVENTS_CURSOR_FORKED' })
      await stage.fork(cursor.position - 10)
      expect(await failure(cursor)).toMatchObject({ code: 'FREEHOLD_EVENTS_CURSOR_FORKED' })
    })

    /** A consumer that cannot handle two events, of which one is mended and the other given up. */
    async function poisoned(books: Ledger): Promise<void> {
      const name = 'poisoned'
      const at = (key: string) => ({ consumer: name, source: stage.source, key })
      const reason = { who: 'suite', why: 'a test' }
      // Only events of one type are there yet: an event's n is its position, and its key is k<n % 4>.
      const from = last + 1
      await publish(40, { keys: 4 })
      const [mended, given] = [1, 2].map((key) => span(from, last).find((n) => n % 4 === key) ?? 0)
      let isMended = false
      const consumer = books.consume({
        name,
        transport: stage.transport(),
        types: [stage.type],
        waitMs: 200,
        retry: { attempts: 2, firstMs: 1, mostMs: 5 },
        async apply(tx, events) {
          await entering(name)(tx, events)
          if (numbers(events).some((n) => n === given || (n === mended && !isMended)))
            throw new RangeError('bad')
        },
      })
      const entered = async (key: number): Promise<number[]> =>
        (await books.entries(name)).map(({ position }) => position).filter((n) => n >= from && n % 4 === key)
      const ofKey = (key: number): number[] => span(from, last).filter((n) => n % 4 === key)
      await expect.poll(() => consumer.state().position, { timeout: 20_000 }).toBe(last)
      expect([await entered(0), await entered(3)]).toEqual([ofKey(0), ofKey(3)])
      expect([await entered(1), await entered(2)]).toEqual([[], []])
      const { list, retry, discard } = parkedEvents(books.db, 'ledger')
      const waiting = (await list({ consumer: name })).map(({ key, position, events }) => [
        key,
        position,
        events,
      ])
      expect(waiting.toSorted()).toEqual([
        ['k1', mended, 10],
        ['k2', given, 10],
      ])

      // What comes meanwhile is behind what waits.
      await publish(4, { keys: 4 })
      await expect.poll(() => consumer.state().position).toBe(last)
      isMended = true
      await retry(at('k1'), reason)
      await discard({ ...at('k2'), position: given ?? 0 }, reason)
      await retry(at('k2'), reason)
      await expect.poll(() => list({ consumer: name })).toEqual([])
      await publish(4, { keys: 4 })
      await expect.poll(() => consumer.state().position).toBe(last)
      for (const key of [0, 1, 3]) expect(await entered(key)).toEqual(ofKey(key))
      expect(await entered(2)).toEqual(ofKey(2).slice(1))
    }

    /** The cursor at the end of the log. */
    async function here(): Promise<Cursor> {
      const subscription = await subscribed(stage, known.cursor, { types: [stage.type, stage.otherType] })
      const { cursor } = await read(subscription, last - known.n, { limit: 1_000, from: known.cursor })
      await subscription.close()
      known = { n: last, cursor }
      return cursor
    }

    async function failure(after: Cursor): Promise<unknown> {
      return rejection(
        (async () => {
          const subscription = await subscribed(stage, after)
          await subscription.next({ limit: 10, waitMs: 5_000 }).finally(() => subscription.close())
        })(),
      )
    }
  })
}
