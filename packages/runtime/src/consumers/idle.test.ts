import { setTimeout as sleep } from 'node:timers/promises'
import { parkedEvents } from 'freehold'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

it('parks an event whose handler leaves its transaction without a statement for too long; all others go on', async () => {
  const name = 'idle'
  const enter = entering(name)
  const consumer = books.consume({
    name,
    leaseMs: 200,
    retry: { attempts: 2, firstMs: 1, mostMs: 5 },
    apply: async (tx, events) => {
      await enter(tx, events)
      if (events.some(({ subject }) => subject === 'slow')) await sleep(500)
    },
  })
  const last = await books.publish(['a', 'slow', 'b'])
  await expect.poll(() => consumer.state().position, { timeout: 8_000 }).toBe(last)
  expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toMatchObject([
    { key: 'slow', attempts: 2, error: expect.stringContaining('FREEHOLD_TRANSACTION_TIMEOUT') as string },
  ])
  expect((await books.entries(name)).map(({ key }) => key).toSorted()).toEqual(['a', 'b'])
})
