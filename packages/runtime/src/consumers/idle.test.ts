import { setTimeout as sleep } from 'node:timers/promises'
import { parkedEvents } from 'freehold'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

describe('an event whose handler leaves its transaction without a statement for too long', () => {
  it.each([
    ['and comes back', () => sleep(500)],
    ['and never comes back', () => new Promise(() => undefined)],
  ])('is parked; all others go on: %s', async (how, pause) => {
    const name = how.replaceAll(' ', '-')
    const enter = entering(name)
    const start = (await books.publish(['start'])) - 1
    const last = await books.publish(['a', 'slow', 'b'])
    const consumer = books.consume({
      name,
      leaseMs: 200,
      retry: { attempts: 2, firstMs: 1, mostMs: 5 },
      apply: async (tx, events) => {
        await enter(tx, events)
        if (events.some(({ subject, position }) => subject === 'slow' && position > start)) await pause()
      },
    })
    await expect.poll(() => consumer.state().position, { timeout: 8_000 }).toBe(last)
    expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toMatchObject([
      {
        key: 'slow',
        position: last - 1,
        attempts: 2,
        error: expect.stringContaining('FREEHOLD_TRANSACTION_TIMEOUT') as string,
      },
    ])
    const entered = (await books.entries(name)).filter(({ position }) => position > start)
    expect(entered.map(({ key }) => key).toSorted()).toEqual(['a', 'b', 'start'])
    await consumer.stop()
  })
})
