import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { wireTap } from '../../test/fixtures/wire-tap.js'
import { auditLog, items, workshop, type Item, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { fromRow } from '../logs/index.js'
import { kyselyFor, queryableOf } from './index.js'

interface Tables {
  items: Item
}

let shop: Workshop
let db: Database
let kysely: Kysely<Tables>

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
  kysely = kyselyFor<Tables>(db)
})

afterAll(() => shop.drop())

const insert = () => items.insert(queryableOf(kysely), { id: randomUUID(), owner: 'ann', name: 'x' })

const renamed = (item: Item, version: number) => ({
  key: item.id,
  expectedVersion: version,
  set: { name: 'y' },
  append: [auditLog.entry({ action: 'renamed', entity_id: fromRow('id'), version: fromRow('version') })],
})

test('Kysely and entities share a transaction, and are stored together', async () => {
  const item = await insert()
  await kysely.transaction().execute(async (trx) => {
    await items.update(queryableOf(trx), renamed(item, 1))
    const update = trx.updateTable('items').set({ remark: 'seen', version: 3 }).where('id', '=', item.id)
    expect((await update.executeTakeFirstOrThrow()).numUpdatedRows).toBe(1n)
  })
  expect(await items.find(db, item.id)).toMatchObject({ name: 'y', remark: 'seen', version: 3 })
})

test('Kysely and entities are undone together, whichever failed', async () => {
  const item = await insert()
  const failsInKysely = kysely.transaction().execute(async (trx) => {
    await items.update(queryableOf(trx), renamed(item, 1))
    await trx.updateTable('items').set({ remark: 'blind' }).where('id', '=', item.id).execute()
  })
  expect(await rejection(failsInKysely)).toMatchObject({ code: 'FREEHOLD_VERSION_NOT_ADVANCED' })
  const failsInEntity = kysely.transaction().execute(async (trx) => {
    await trx.updateTable('items').set({ remark: 'x', version: 2 }).where('id', '=', item.id).execute()
    await items.update(queryableOf(trx), renamed(item, 1))
  })
  expect(await rejection(failsInEntity)).toMatchObject({
    code: 'FREEHOLD_VERSION_CONFLICT',
    current: { version: 2 },
  })
  expect(await items.find(db, item.id)).toEqual(item)
  expect(await auditLog.read(db, { limit: 1, where: { entity_id: item.id } })).toEqual([])
})

test('a swallowed failure in a Kysely transaction is not taken for success', async () => {
  const item = await insert()
  const swallowed = kysely.transaction().execute(async (trx) => {
    await items.update(queryableOf(trx), renamed(item, 1))
    await sql`select 1 / 0`.execute(trx).catch(() => undefined)
  })
  expect(await rejection(swallowed)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_ABORTED' })
  expect(await items.find(db, item.id)).toEqual(item)
})

test('savepoints and isolation levels are those of Kysely', async () => {
  const item = await insert()
  const trx = await kysely.startTransaction().setIsolationLevel('serializable').execute()
  const { rows } = await sql<{
    isolation: string
  }>`select current_setting('transaction_isolation') as isolation`.execute(trx)
  expect(rows).toEqual([{ isolation: 'serializable' }])
  const after = await trx.savepoint('before').execute()
  await rejection(sql`select 1 / 0`.execute(after))
  await after.rollbackToSavepoint('before').execute()
  await items.update(queryableOf(after), renamed(item, 1))
  await after.commit().execute()
  expect(await items.find(db, item.id)).toMatchObject({ version: 2 })
})

test('entities stay prepared inside Kysely, and BEGIN travels with the first statement', async () => {
  const tap = await wireTap(shop.appUrl)
  const tapped = shop.open({ url: tap.url, max: 1 })
  const item = await insert()
  const write = (version: number) =>
    kyselyFor<Tables>(tapped)
      .transaction()
      .execute((trx) => items.update(queryableOf(trx), renamed(item, version)))
  await write(1)
  tap.reset()
  await write(2)
  expect({ sent: tap.sent.join(''), turns: tap.turns }).toEqual({ sent: 'PBDEBDESQ', turns: 2 })
  await tapped.close()
  await tap.close()
})

test('a write of Kysely whose answer is lost is not taken for failure, and a read is', async () => {
  const tap = await wireTap(shop.appUrl)
  const tapped = shop.open({ url: tap.url, max: 1 })
  const other = kyselyFor<Tables>(tapped)
  const item = await insert()
  tap.cutAfter('marked')
  const write = other.updateTable('items').set({ name: 'marked', version: 2 }).where('id', '=', item.id)
  expect(await rejection(write.execute())).toMatchObject({ code: 'FREEHOLD_OUTCOME_UNKNOWN' })
  const read = other.selectFrom('items').select('id').where('name', '=', 'marked')
  expect(await rejection(read.execute())).toMatchObject({ code: 'FREEHOLD_DATABASE_UNAVAILABLE' })
  await tapped.close()
  await tap.close()
})

test('destroying Kysely leaves the database open, and streaming is refused by name', async () => {
  const other = kyselyFor<Tables>(db)
  const stream = other.selectFrom('items').select('id').stream()
  expect(await rejection(stream.next())).toMatchObject({ code: 'FREEHOLD_STREAMING_UNSUPPORTED' })
  await other.destroy()
  await db.ping()
})

test('one connection takes transactions after one another, and none after it was given back', async () => {
  const item = await insert()
  const kept = await kysely.connection().execute(async (connection) => {
    for (const version of [1, 2]) {
      await connection.transaction().execute((trx) => items.update(queryableOf(trx), renamed(item, version)))
      await sql`select 1`.execute(connection)
    }
    return connection
  })
  expect(await items.find(db, item.id)).toMatchObject({ version: 3 })
  expect(await rejection(sql`select 1`.execute(kept))).toMatchObject({ code: 'FREEHOLD_TRANSACTION_ENDED' })
})
