import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { seal } from '../sealing/index.js'
import { sealedEvents } from './sealed-events.js'

let shop: Workshop
let db: Database
const events = sealedEvents('workshop', 'events')

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
})
afterAll(() => shop.drop())

const insert = `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', $1, '{}')`
const append = (key: string): Promise<unknown> => db.query(insert, [key])

it('reads nothing of a log where nothing is sealed', async () => {
  await append('unsealed')
  expect(await events.head(db)).toBe(0)
  expect(await events.read(db, { after: 0, limit: 10 })).toEqual([])
  expect(await events.epochs(db)).toEqual([])
  expect(await events.segmentAt(db, 1)).toBeUndefined()
})

it('reads any page of it as a list of all would be cut, whatever the gaps between the rows', async () => {
  // Seqs that a rollback has used up leave gaps; segments end anywhere.
  for (let round = 0; round < 12; round += 1) {
    for (let i = 0; i < round % 4; i += 1) await append(`${round}.${i}`)
    await db
      .transaction(async (tx) => {
        await tx.query(insert, ['undone'])
        throw new Error('undo')
      })
      .catch(() => undefined)
    await append(`${round}.last`)
    if (round % 3 === 0) await seal(db, 'events')
  }
  await seal(db, 'events')
  const { rows } = await db.query<{ key: string }>('select key from events order by seq')
  const keys = rows.map(({ key }) => key)
  expect(await events.head(db)).toBe(keys.length)
  await fc.assert(
    fc.asyncProperty(fc.nat(keys.length + 2), fc.integer({ min: 1, max: 40 }), async (after, limit) => {
      const page = await events.read(db, { after, limit })
      expect(page.map(({ key }) => key)).toEqual(keys.slice(after, after + limit))
      expect(page.map(({ position }) => position)).toEqual(page.map((_, i) => after + 1 + i))
      for (const event of page.slice(0, 1))
        expect(await events.segmentAt(db, event.position)).toBe(event.segment)
    }),
    { numRuns: 60 },
  )
  expect(await events.epochs(db)).toMatchObject([{ number: 1, first_position: 1 }])
})
