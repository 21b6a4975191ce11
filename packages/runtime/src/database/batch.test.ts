import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from './index.js'

let shop: Workshop
let db: Database

beforeAll(async () => {
  shop = await workshop()
  // One connection, so that what a failure leaves behind on it would be met again.
  db = shop.open({ max: 1 })
})

afterAll(() => shop.drop())

const insert = (owner: string, name: unknown = 'x') => ({
  name: 'insert an item',
  text: 'insert into items (id, owner, name) values (gen_random_uuid(), $1, $2) returning version',
  values: [owner, name],
})

const count = async (owner: string): Promise<unknown> => {
  const { rows } = await db.query('select count(*) from items where owner = $1', [owner])
  return rows[0]
}

describe('a batch', () => {
  test('gives a result for each statement, in order', async () => {
    const owner = randomUUID()
    const results = await db.batch([
      insert(owner),
      { text: 'select $1::bigint as big, $2::text[] as texts', values: ['42', ['a']] },
      { text: 'update items set version = version + 1 where owner = $1', values: [owner] },
      { text: '' },
      insert(owner),
    ])
    expect(results.map(({ rows, rowCount }) => [rows, rowCount])).toEqual([
      [[{ version: 1 }], 1],
      [[{ big: 42, texts: ['a'] }], 1],
      [[], 1],
      [[], null],
      [[{ version: 1 }], 1],
    ])
    expect(await db.batch([])).toEqual([])
  })

  test('that leaves a transaction open is refused, and does not hand it to whoever comes next', async () => {
    const owner = randomUUID()
    expect(await rejection(db.batch([{ text: 'begin' }]))).toMatchObject({
      code: 'FREEHOLD_TRANSACTION_CONTROL',
    })
    await db.batch([insert(owner)])
    expect(await count(owner)).toEqual({ count: 1 })
  })

  test('that fails in the middle has not happened, and says what was wrong first', async () => {
    const owner = randomUUID()
    const failing = db.batch([
      insert(owner),
      { name: 'divide', text: 'select 1 / $1::int', values: [0] },
      { name: 'never reached', text: 'select $1::int as n', values: [1] },
      insert(owner),
    ])
    expect(await rejection(failing)).toMatchObject({ code: '22012' })
    expect(await count(owner)).toEqual({ count: 0 })
    const again = await db.batch([{ name: 'never reached', text: 'select $1::int as n', values: [2] }])
    expect(again[0]?.rows).toEqual([{ n: 2 }])
    expect(
      await rejection(db.query({ name: 'divide', text: 'select 1 / $1::int', values: [0] })),
    ).toMatchObject({
      code: '22012',
    })
  })

  test('that fails only when it is committed has not happened', async () => {
    const owner = randomUUID()
    const orphan = {
      text: 'insert into items (id, owner, name, parent_id) values (gen_random_uuid(), $1, $2, gen_random_uuid())',
      values: [owner, 'x'],
    }
    expect(await rejection(db.batch([insert(owner), orphan]))).toMatchObject({ code: '23503' })
    expect(await count(owner)).toEqual({ count: 0 })
  })

  test('sends nothing when a value cannot be sent', async () => {
    const owner = randomUUID()
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    expect(await rejection(db.batch([insert(owner), insert(owner, circular)]))).toBeInstanceOf(TypeError)
    expect(await count(owner)).toEqual({ count: 0 })
  })

  test('refuses one name for two texts', async () => {
    const owner = randomUUID()
    const other = { name: 'insert an item', text: 'select $1::text', values: ['x'] }
    expect(await rejection(db.batch([insert(owner), other]))).toMatchObject({ message: /must be unique/ })
    expect(await count(owner)).toEqual({ count: 0 })
  })

  test('translates the refusals of the database', async () => {
    const owner = randomUUID()
    const blind = { text: "update items set name = 'y' where owner = $1", values: [owner] }
    expect(await rejection(db.batch([insert(owner), blind]))).toMatchObject({
      code: 'FREEHOLD_VERSION_NOT_ADVANCED',
      details: { table: 'items' },
    })
  })
})
