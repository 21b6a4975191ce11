import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { items, workshop, type Item, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'

let shop: Workshop
let db: Database
let admin: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
  admin = shop.open({ url: shop.adminUrl })
})

afterAll(() => shop.drop())

const insert = (id: string = randomUUID()) =>
  items.insert(db, { id, owner: 'ann', name: 'v1', tags: ['a'], amount: 5 })

const rename = (item: Item) =>
  items.update(db, { key: item.id, expectedVersion: item.version, set: { name: `v${item.version + 1}` } })

const ms = (instant: Date, difference: number): Date => new Date(instant.getTime() + difference)

test('every revision comes back as a row, newest first and in pages', async () => {
  const first = await insert()
  const second = await rename(first)
  const gone = await items.delete(db, { key: first.id, expectedVersion: 2 })
  const revisions = await items.history(db, first.id, { limit: 10 })
  const seq = expect.any(Number) as number
  expect(revisions).toEqual([
    {
      seq,
      version: 3,
      operation: 'delete',
      at: expect.any(Date) as Date,
      row: expect.objectContaining({ name: 'v2' }) as Item,
    },
    { seq, version: 2, operation: 'update', at: second.updated_at, row: second },
    { seq, version: 1, operation: 'insert', at: first.updated_at, row: first },
  ])
  expect(gone.version).toBe(3)
  expect(await items.history(db, first.id, { limit: 1, before: revisions[0]?.seq })).toEqual([revisions[1]])
  expect(await items.history(db, first.id, { limit: 9, version: 2 })).toEqual([revisions[1]])
  expect(await items.history(db, randomUUID(), { limit: 1 })).toEqual([])
})

test('a row as of an instant is what it was then', async () => {
  const first = await insert()
  await delay(5)
  const second = await rename(first)
  await delay(5)
  await items.delete(db, { key: first.id, expectedVersion: 2 })
  const asOf = async (instant: Date) => (await items.asOf(db, first.id, instant))?.row
  expect(await asOf(ms(first.updated_at, -1))).toBeUndefined()
  expect(await asOf(first.updated_at)).toEqual(first)
  expect(await asOf(ms(second.updated_at, -1))).toEqual(first)
  expect(await asOf(second.updated_at)).toEqual(second)
  expect(await asOf(ms(new Date(), 1_000))).toBeUndefined()
})

test('asking with the updated_at that was shown gives that revision, whatever its microseconds', async () => {
  let item = await insert()
  for (let n = 0; n < 40; n += 1) {
    const shown = new Date(item.updated_at.toISOString())
    expect((await items.asOf(db, item.id, shown))?.version).toBe(item.version)
    // One millisecond on, so that no later revision falls into the one that was shown.
    await delay(2)
    item = await rename(item)
  }
})

test('of two revisions in one millisecond, asking with it gives the later', async () => {
  const { id } = await insert()
  const at = (time: string, version: number) =>
    `('2020-01-01 ${time}+00', '${id}', ${version}, 'update', '{"id": "${id}", "version": ${version}}')`
  await admin.query(
    `insert into workshop.item_history (at, entity_id, version, operation, data)
     values ${at('00:00:00.000001', 5)}, ${at('00:00:00.000999', 6)}, ${at('00:00:00.001', 7)}`,
  )
  const asOf = async (instant: string) => (await items.asOf(db, id, new Date(instant)))?.version
  expect(await asOf('2020-01-01T00:00:00.000Z')).toBe(6)
  expect(await asOf('2020-01-01T00:00:00.001Z')).toBe(7)
  expect(await asOf('2019-12-31T23:59:59.999Z')).toBeUndefined()
})

test('a key that was deleted and inserted again is there again', async () => {
  const { id } = await insert()
  await items.delete(db, { key: id, expectedVersion: 1 })
  await delay(2)
  const again = await insert(id)
  expect((await items.asOf(db, id, again.updated_at))?.row).toEqual(again)
})

test('the revisions of a key that was deleted and inserted again come as they were written, in pages too', async () => {
  const { id } = await insert()
  await items.delete(db, { key: id, expectedVersion: 1 })
  await rename(await insert(id))
  const written: [string, number][] = [
    ['update', 2],
    ['insert', 1],
    ['delete', 2],
    ['insert', 1],
  ]
  const all = await items.history(db, id, { limit: 10 })
  expect(all.map(({ operation, version }) => [operation, version])).toEqual(written)
  for (let before: number | undefined, page = 0; page < written.length; page += 1) {
    const [revision] = await items.history(db, id, { limit: 1, before })
    expect(revision).toEqual(all[page])
    before = revision?.seq
  }
  expect(await items.history(db, id, { limit: 10, version: 1 })).toEqual([all[1], all[3]])
})

test('a revision from before a column was added has null there', async () => {
  const { id } = await insert()
  await admin.query(
    `insert into workshop.item_history (at, entity_id, version, operation, data)
     values ('2020-01-01', '${id}', 1, 'insert', '{"id": "${id}", "name": "old", "version": 1, "removed": true}')`,
  )
  const revision = await items.asOf(db, id, new Date('2020-06-01'))
  expect(revision?.row).toMatchObject({ id, name: 'old', version: 1, amount: null, tags: null, detail: null })
  expect(revision?.row).not.toHaveProperty('removed')
})
