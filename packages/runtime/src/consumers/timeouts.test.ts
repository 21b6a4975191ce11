import { parkedEvents } from 'freehold'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'
import type { Transaction } from '../database/index.js'

let books: Ledger
let other: pg.Client

beforeAll(async () => {
  books = await ledger()
  other = new pg.Client(books.adminUrl)
  await other.connect()
  await other.query('begin; lock table ledger.entries in access exclusive mode')
})
afterAll(async () => {
  await other.end()
  await books.drop()
})

describe('an event whose handler the database stops, time and again,', () => {
  it.each<[string, RegExp, (tx: Transaction) => Promise<unknown>]>([
    [
      'because a statement takes too long',
      /^FREEHOLD_STATEMENT_TIMEOUT/,
      async (tx) => {
        await tx.query(`select set_config('statement_timeout', '20', true)`)
        await tx.query('select pg_sleep(5)')
      },
    ],
    [
      'because a lock is not to be had',
      /lock timeout/,
      async (tx) => {
        await tx.query(`select set_config('lock_timeout', '20', true)`)
        await tx.query('select from entries')
      },
    ],
  ])('%s, is parked after twice its attempts; all others go on', async (why, error, hangs) => {
    const name = why.split(' ').slice(-2).join('-')
    const handled: string[] = []
    let tries = 0
    const last = await books.publish(['a', 'slow', 'b'])
    const consumer = books.consume({
      name,
      retry: { attempts: 3, firstMs: 1, mostMs: 5 },
      apply: async (tx, events) => {
        const isAlone = events.length === 1
        if (events.some(({ subject, position }) => subject === 'slow' && position === last - 1)) {
          if (isAlone) tries += 1
          await hangs(tx)
        }
        if (isAlone) handled.push(...events.map(({ subject }) => subject))
      },
    })
    await expect.poll(() => consumer.state().position).toBe(last)
    expect(tries).toBe(6)
    expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toMatchObject([
      { key: 'slow', position: last - 1, attempts: 6, error: expect.stringMatching(error) as string },
    ])
    await consumer.stop()
  })
})

it('is not to blame when it is the cursor that is not to be had', async () => {
  const name = 'locked'
  const consumer = books.consume({
    name,
    retry: { attempts: 1, firstMs: 1, mostMs: 5 },
    apply: async (tx) => tx.query(`select set_config('lock_timeout', '20', true)`),
  })
  const first = await books.publish(['a'])
  await expect.poll(() => consumer.state().position).toBe(first)
  const holder = new pg.Client(books.adminUrl)
  await holder.connect()
  await holder.query('begin')
  await holder.query('select from freehold.consumer_lane where consumer = $1 for update', [name])
  const failures: unknown[] = []
  const last = await books.publish(['a'])
  await expect
    .poll(() => {
      const { lastError } = consumer.state()
      if (lastError !== failures.at(-1)) failures.push(lastError)
      return failures.length
    })
    .toBeGreaterThan(3)
  expect(failures.at(-1)).toMatchObject({ code: 'FREEHOLD_CONSUMER_UNRECORDED' })
  await holder.end()
  await expect.poll(() => consumer.state().position).toBe(last)
  expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toEqual([])
  await consumer.stop()
})

it('is not parked when it is through before that', async () => {
  await other.query('rollback')
  const name = 'slow-for-a-while'
  const last = await books.publish(['slow'])
  let hangs = 5
  const consumer = books.consume({
    name,
    retry: { attempts: 3, firstMs: 1, mostMs: 5 },
    apply: async (tx, events) => {
      hangs -= 1
      if (hangs >= 0) {
        await tx.query(`select set_config('statement_timeout', '20', true)`)
        await tx.query('select pg_sleep(5)')
      }
      await entering(name)(tx, events)
    },
  })
  await expect.poll(() => consumer.state().position).toBe(last)
  expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toEqual([])
  await consumer.stop()
})
