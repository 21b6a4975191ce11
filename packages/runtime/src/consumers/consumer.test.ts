import { FreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { directTransport } from '../../test/fixtures/direct-transport.js'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'
import type { Delivery, EventTransport } from '../events/index.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `key-${i % 50}`)
const places = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

it('has the effect of each event once, in order, and goes on where it stopped', async () => {
  const last = await books.publish(keys(250))
  const first = books.consume({ name: 'plain', batch: 40 })
  await expect.poll(() => first.state()).toMatchObject({ position: last, head: last, lag: { events: 0 } })
  expect(first.state()).toMatchObject({ status: 'running', lanes: places(7, 0), parked: 0 })
  await first.stop()
  expect(first.state()).toMatchObject({ status: 'stopped', lanes: [] })
  const more = await books.publish(keys(30))
  const second = books.consume({ name: 'plain' })
  await expect.poll(() => second.state().position).toBe(more)
  expect((await books.entries('plain')).map(({ position }) => position)).toEqual(places(more))
})

it('has no effect again of what a transport delivers again, and says done when all is stored', async () => {
  const name = 'again'
  const unfinished: number[] = []
  const done = async ({ cursor }: Delivery): Promise<void> => {
    const stored = (await books.entries(name)).map(({ position }) => position)
    unfinished.push(...places(cursor.position).filter((place) => !stored.includes(place)))
  }
  const direct = directTransport(books.maker, { done })
  let subscriptions = 0
  const transport: EventTransport = {
    async subscribe({ after, ...options }) {
      subscriptions += 1
      const position = Math.max(0, after.position - 7)
      const subscription = await direct.subscribe({
        ...options,
        after: { ...after, position, segment: null },
      })
      let deliveries = 0
      return {
        close: () => subscription.close(),
        async next(reading) {
          deliveries += 1
          // A new subscription, after each few deliveries.
          if (deliveries > 3) throw new FreeholdError('FREEHOLD_EVENTS_UNAVAILABLE', { message: 'Lost.' })
          return subscription.next({ ...reading, limit: 5 })
        },
      }
    },
  }
  const last = await books.publish(keys(20))
  const consumer = books.consume({ name, transport, waitMs: 50, batch: 5 })
  await books.publish(keys(1))
  await expect.poll(() => consumer.state().position, { timeout: 30_000 }).toBe(last + 1)
  await consumer.stop()
  expect(subscriptions).toBeGreaterThan(10)
  expect((await books.entries(name)).map(({ position }) => position)).toEqual(places(last + 1))
  expect(unfinished).toEqual([])
})
