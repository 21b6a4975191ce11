import { afterAll, beforeAll, expect, it } from 'vitest'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

const all = [0, 1, 2, 3, 4, 5, 6, 7]
const keys = Array.from({ length: 200 }, (_, i) => `key-${i % 40}`)

it('shares the lanes among its processes, and hands them on when one stops', async () => {
  const name = 'shared'
  const hands: string[] = []
  const consume = (hand: string) =>
    books.consume({
      name,
      batch: 30,
      apply: async (tx, events) => {
        await entering(name)(tx, events)
        hands.push(...events.map(({ subject }) => `${subject} ${hand}`))
      },
    })
  const one = consume('one')
  await expect.poll(() => one.state().lanes).toEqual(all)
  const two = consume('two')
  const three = consume('three')
  const held = (): number[][] => [one, two, three].map((consumer) => [...consumer.state().lanes])
  await expect
    .poll(() =>
      held()
        .map(({ length }) => length)
        .toSorted(),
    )
    .toEqual([2, 3, 3])
  expect(held().flat().toSorted()).toEqual(all)

  hands.length = 0
  let last = await books.publish(keys)
  await expect
    .poll(() => [one, two, three].map((consumer) => consumer.state().position))
    .toEqual([last, last, last])
  // Each key was in one hand.
  expect(new Set(hands).size).toBe(40)
  expect(new Set(hands.map((hand) => hand.split(' ')[1]))).toEqual(new Set(['one', 'two', 'three']))

  await Promise.all([two.stop(), three.stop()])
  await expect.poll(() => one.state().lanes).toEqual(all)
  last = await books.publish(keys)
  await expect.poll(() => one.state().position).toBe(last)
  const entries = await books.entries(name)
  expect(entries.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: last }, (_, i) => i + 1),
  )
})

it('counts no process that is gone, and remembers none', async () => {
  const { rows } = await books.db.query<{ instances: number }>(
    `select count(*) as instances from freehold.consumer_instance where consumer = 'shared'`,
  )
  expect(rows).toEqual([{ instances: 1 }])
})

it('keeps its lanes while a handler is at work for longer than the lease', async () => {
  const name = 'slow'
  const last = await books.publish(['slow'])
  let runs = 0
  const consume = () =>
    books.consume({
      name,
      leaseMs: 300,
      apply: async (tx, events) => {
        runs += 1
        await tx.query('select pg_sleep(1)')
        await entering(name)(tx, events)
      },
    })
  const one = consume()
  await expect.poll(() => runs).toBe(1)
  const two = consume()
  await expect.poll(() => [one.state().position, two.state().position]).toEqual([last, last])
  expect((await books.entries(name)).map(({ position }) => position)).toHaveLength(last)
  // Nobody else has begun with it.
  expect(runs).toBe(1)
  expect(one.state().lastError).toBeUndefined()
})

it('refuses another number of lanes than it has, and says what to do', async () => {
  const errors: unknown[] = []
  const first = books.consume({ name: 'counted', lanes: 4 })
  await expect.poll(() => first.state().lanes).toEqual([0, 1, 2, 3])
  const second = books.consume({ name: 'counted', lanes: 5, onError: (error) => errors.push(error) })
  await expect.poll(() => second.state().status).toBe('refused')
  expect(errors).toEqual([
    expect.objectContaining({
      code: 'FREEHOLD_CONSUMER_LANES_CHANGED',
      details: { service: 'ledger', consumer: 'counted', source: 'workshop', stored: 4, wanted: 5 },
    }),
  ])
  expect(first.state().status).toBe('running')
})
