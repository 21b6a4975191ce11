import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { items, workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { connectWithin } from './connect.js'
import type { Database } from './index.js'

let shop: Workshop
let db: Database
let admin: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open({ max: 1 })
  admin = shop.open({ url: shop.adminUrl })
})

afterAll(() => shop.drop())

const pid = async (database = db): Promise<number | undefined> => {
  const { rows } = await database.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid
}

test('a mistake in a statement does not cost the connection', async () => {
  const before = await pid()
  expect(await rejection(db.query('select 1 / 0'))).toMatchObject({ code: '22012' })
  expect(await pid()).toBe(before)
})

test('a statement that takes too long is stopped, and its connection goes on', async () => {
  const hasty = shop.open({ max: 1, statementTimeoutMs: 400 })
  const before = await pid(hasty)
  expect(await rejection(hasty.query('select pg_sleep(60)'))).toMatchObject({
    code: 'FREEHOLD_STATEMENT_TIMEOUT',
  })
  expect(await pid(hasty)).toBe(before)
})

test('a connection outlives the time limit of what was sent together', async () => {
  const limit = 1_500
  const hasty = connectWithin(
    { url: shop.appUrl, applicationName: 'tests', max: 1, statementTimeoutMs: limit - 100 },
    100,
  )
  const before = await pid(hasty)
  await hasty.batch([{ text: 'select 1' }])
  await hasty.transaction((tx) => tx.query('select $1::int', [1]))
  await delay(limit + 100)
  expect(await pid(hasty)).toBe(before)
  await hasty.close()
})

test('a migration under prepared statements is not noticed', async () => {
  const item = await items.insert(db, { id: randomUUID(), owner: 'ann', name: 'x' })
  const wide = { name: 'wide', text: 'select * from items where id = $1', values: [item.id] }
  await db.query(wide)
  await admin.query('alter table workshop.items add column shade text, alter column remark type varchar(500)')
  const { rows } = await db.query(wide)
  expect(rows).toEqual([expect.objectContaining({ id: item.id, shade: null })])
  expect(await items.find(db, item.id)).toEqual(item)
})

test('prepared statements that somebody threw away are prepared again', async () => {
  const named = { name: 'one', text: 'select $1::int as one', values: [1] }
  await db.query(named)
  await db.query('deallocate all')
  expect((await db.query(named)).rows).toEqual([{ one: 1 }])
})

test('numbers come back as they are', async () => {
  const { rows } = await db.query(
    'select 9007199254740991::bigint as safe, 9007199254740993::bigint as large, array[1, null]::bigint[] as list, 1.50 as exact',
  )
  expect(rows).toEqual([
    { safe: 9_007_199_254_740_991, large: '9007199254740993', list: [1, null], exact: '1.50' },
  ])
})
