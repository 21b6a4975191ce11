import { afterAll, beforeAll, expect, it } from 'vitest'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'

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
