import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { auditLog, items, workshop, workshopService, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { fromRow } from '../logs/index.js'
import { json } from '../statements/json.js'
import { EntityNotFound, VersionConflict } from './conflict.js'
import { mutableEntity } from './entity-of-service.js'

let shop: Workshop
let db: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
})

afterAll(() => shop.drop())

const newItem = (name = 'vice') => items.insert(db, { id: randomUUID(), owner: 'ann', name })

describe('an entity', () => {
  test('inserts with defaults, and finds what it inserted', async () => {
    const id = randomUUID()
    const item = await items.insert(db, {
      id,
      owner: 'ann',
      name: 'plane',
      tags: ['a "b"', 'c,d'],
      detail: json([1]),
    })
    expect(item).toMatchObject({
      id,
      version: 1,
      remark: null,
      amount: 0,
      tags: ['a "b"', 'c,d'],
      detail: [1],
    })
    expect(await items.find(db, id)).toEqual(item)
    expect(await items.find(db, id, { where: { owner: 'bob' } })).toBeUndefined()
    expect(await items.find(db, id, { where: { owner: 'ann', remark: null } })).toEqual(item)
  })

  test('updates what it names, moves the version on, and leaves undefined alone', async () => {
    const item = await newItem()
    const updated = await items.update(db, {
      key: item.id,
      expectedVersion: 1,
      set: { name: 'saw', remark: undefined as unknown as string, amount: 9_007_199_254_740_991 },
    })
    expect(updated).toMatchObject({ name: 'saw', remark: null, amount: 9_007_199_254_740_991, version: 2 })
    expect(updated.updated_at.getTime()).toBeGreaterThanOrEqual(item.updated_at.getTime())
    const touched = await items.update(db, { key: item.id, expectedVersion: 2, set: {} })
    expect(touched.version).toBe(3)
  })

  test('refuses a stale write and says what is there now', async () => {
    const item = await newItem()
    const second = await items.update(db, { key: item.id, expectedVersion: 1, set: { name: 'second' } })
    const conflict = await rejection(
      items.update(db, { key: item.id, expectedVersion: 1, set: { name: 'third' } }),
    )
    expect(conflict).toBeInstanceOf(VersionConflict)
    expect(conflict).toMatchObject({ code: 'FREEHOLD_VERSION_CONFLICT', current: second })
    expect(await items.find(db, item.id)).toEqual(second)
  })

  test('checks a version without a write, on the same conditions', async () => {
    const item = await newItem()
    const check = (expectedVersion: number | number[] | 'any', owner = 'ann') =>
      items.check(db, { key: item.id, expectedVersion, where: { owner } })
    for (const expected of [1, [7, 1], 'any'] as const) expect(await check(expected as 1)).toEqual(item)
    for (const expected of [2, [7, 8], []]) {
      expect(await rejection(check(expected))).toMatchObject({
        code: 'FREEHOLD_VERSION_CONFLICT',
        current: item,
      })
    }
    expect(await rejection(check(1, 'bob'))).toBeInstanceOf(EntityNotFound)
  })

  test('takes any of several versions, none of an empty list, and any at all', async () => {
    const item = await newItem()
    const set = { name: 'x' }
    expect(await items.update(db, { key: item.id, expectedVersion: [7, 1], set })).toMatchObject({
      version: 2,
    })
    expect(await rejection(items.update(db, { key: item.id, expectedVersion: [], set }))).toBeInstanceOf(
      VersionConflict,
    )
    expect(await items.update(db, { key: item.id, expectedVersion: [2], set })).toMatchObject({ version: 3 })
    expect(await items.update(db, { key: item.id, expectedVersion: 'any', set })).toMatchObject({
      version: 4,
    })
  })

  test('finds nothing outside of its scope', async () => {
    const item = await newItem()
    const write = { key: item.id, expectedVersion: 1, where: { owner: 'bob' } }
    expect(await rejection(items.update(db, { ...write, set: { name: 'mine' } }))).toBeInstanceOf(
      EntityNotFound,
    )
    expect(await rejection(items.delete(db, write))).toBeInstanceOf(EntityNotFound)
    const missing = { key: randomUUID(), expectedVersion: 'any' as const, set: {} }
    expect(await rejection(items.update(db, missing))).toMatchObject({ code: 'FREEHOLD_ENTITY_NOT_FOUND' })
    expect(await items.find(db, item.id)).toEqual(item)
  })

  test('deletes the version that was read, once', async () => {
    const item = await newItem()
    expect(await rejection(items.delete(db, { key: item.id, expectedVersion: 2 }))).toBeInstanceOf(
      VersionConflict,
    )
    expect(await items.delete(db, { key: item.id, expectedVersion: 1 })).toEqual({ ...item, version: 2 })
    expect(await rejection(items.delete(db, { key: item.id, expectedVersion: 1 }))).toBeInstanceOf(
      EntityNotFound,
    )
  })

  test('takes rows for logs along, with columns of the changed row', async () => {
    const item = await newItem()
    const entry = (action: string) =>
      auditLog.entry({ actor: 'ann', action, entity_id: fromRow('id'), version: fromRow('version') })
    const id = randomUUID()
    await items.insert(db, { id, owner: 'ann', name: 'x' }, { append: [entry('made')] })
    await items.update(db, { key: item.id, expectedVersion: 1, set: {}, append: [entry('a'), entry('b')] })
    await rejection(items.update(db, { key: item.id, expectedVersion: 1, set: {}, append: [entry('stale')] }))
    await items.delete(db, { key: item.id, expectedVersion: 2, append: [entry('gone')] })
    const actions = async (entity_id: string) => {
      const rows = await auditLog.read(db, { limit: 10, where: { entity_id } })
      return rows.map(({ action, version }) => `${action} ${String(version)}`)
    }
    expect(await actions(id)).toEqual(['made 1'])
    expect((await actions(item.id)).toSorted()).toEqual(['a 2', 'b 2', 'gone 3'])
  })

  test('changes nothing when a row for a log is refused', async () => {
    const item = await newItem()
    const append = [auditLog.entry({ action: '' })]
    const refused = await rejection(
      items.update(db, { key: item.id, expectedVersion: 1, set: { name: 'y' }, append }),
    )
    expect(refused).toMatchObject({ code: '23514', constraint: 'audit_log_action_is_said' })
    expect(await items.find(db, item.id)).toEqual(item)
  })

  test('cannot be told by a value to copy a column', async () => {
    const item = await newItem('secret')
    const detail = JSON.parse(JSON.stringify({ ...fromRow('name'), fromRow: 'name' })) as object
    await items.update(db, {
      key: item.id,
      expectedVersion: 1,
      set: {},
      append: [auditLog.entry({ action: 'a', entity_id: item.id, detail })],
    })
    const [row] = await auditLog.read(db, { limit: 1, where: { entity_id: item.id } })
    expect(row?.detail).toEqual({ fromRow: 'name' })
  })

  test('takes SQL for text', async () => {
    const name = `'); drop table items; -- "$1" \\ %s`
    const item = await newItem(name)
    const updated = await items.update(db, {
      key: item.id,
      expectedVersion: 1,
      where: { name },
      set: { remark: name },
    })
    expect(updated).toMatchObject({ name, remark: name })
  })

  test('works on tables and columns that are keywords', async () => {
    interface Order {
      user: string
      limit: number
      version: number
    }
    const orders = mutableEntity<Order>(workshopService, 'order', { columns: ['user', 'limit', 'version'] })
    await orders.insert(db, { user: 'ann' })
    expect(await orders.update(db, { key: 'ann', expectedVersion: 1, set: { limit: 3 } })).toEqual({
      user: 'ann',
      limit: 3,
      version: 2,
    })
    expect(await rejection(orders.history(db, 'ann', { limit: 1 }))).toMatchObject({
      code: 'FREEHOLD_HISTORY_NOT_DECLARED',
    })
  })

  test('names its mistakes before it asks the database', async () => {
    const id = randomUUID()
    const unknown = { [`name" = '', "x`]: 1 } as object
    expect(await rejection(items.update(db, { key: id, expectedVersion: 1, set: unknown }))).toMatchObject({
      code: 'FREEHOLD_COLUMN_UNKNOWN',
    })
    for (const set of [{ version: 9 }, { id }, { updated_at: new Date() }]) {
      expect(await rejection(items.update(db, { key: id, expectedVersion: 1, set }))).toMatchObject({
        code: 'FREEHOLD_COLUMN_MANAGED',
      })
    }
    const append = [auditLog.entry({ action: fromRow('nothing') })]
    expect(await rejection(items.insert(db, { id }, { append }))).toMatchObject({
      code: 'FREEHOLD_COLUMN_UNKNOWN',
    })
    const columns = ['version'] as const
    expect(() => mutableEntity(workshopService, 'nothing', { columns })).toThrow(
      expect.objectContaining({ code: 'FREEHOLD_MANIFEST_UNKNOWN_TABLE' }),
    )
    expect(() => mutableEntity(workshopService, 'audit_log', { columns })).toThrow(/declared as immutable/)
    expect(() => mutableEntity(workshopService, 'toString', { columns })).toThrow(/does not own/)
    expect(() => mutableEntity(workshopService, 'items', { columns })).toThrow(
      expect.objectContaining({ code: 'FREEHOLD_COLUMN_UNKNOWN' }),
    )
  })
})
