import { randomUUID } from 'node:crypto'
import { drizzle as drizzleOnPg } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MadeV1, makerEvents } from '../../test/fixtures/maker.js'
import { rejection } from '../../test/fixtures/rejection.js'
import { auditLog, items, workshop, workshopService, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database, Queryable } from '../database/index.js'
import type { StatementRunner } from '../events/index.js'
import { kyselyFor, queryableOf } from '../kysely/index.js'
import { fromRow, immutableLog } from '../logs/index.js'
import { queryableOfDrizzle, queryableOfPostgresJs } from './index.js'

let shop: Workshop
let db: Database
let pool: pg.Pool
let sql: postgres.Sql
/** Of its own, because Drizzle changes how it reads and writes values. */
let drizzled: postgres.Sql

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
  pool = new pg.Pool({ connectionString: shop.appUrl, max: 4 })
  sql = postgres(shop.appUrl, { max: 4 })
  drizzled = postgres(shop.appUrl, { max: 4 })
})

afterAll(async () => {
  await pool.end()
  await sql.end()
  await drizzled.end()
  await shop.drop()
})

/** A library: work in a transaction of it, and what there is outside of one. */
interface Library {
  transact(work: (tx: StatementRunner) => Promise<void>): Promise<void>
  outside(): StatementRunner
}

async function onClient(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await work(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const libraries: Readonly<Record<string, Library>> = {
  '@freehold/runtime': { transact: (work) => db.transaction(work), outside: () => db },
  'a client of pg': { transact: (work) => onClient(work), outside: () => pool },
  'an unknown { query } in a transaction': {
    transact: (work) => onClient((client) => work(unknownOn(client))),
    outside: () => unknownOn(pool),
  },
  'Kysely on our connections': {
    transact: (work) =>
      kyselyFor(db)
        .transaction()
        .execute((trx) => work(queryableOf(trx))),
    outside: () => queryableOf(kyselyFor(db)),
  },
  'Kysely on pg': {
    transact: (work) =>
      kysely()
        .transaction()
        .execute((trx) => work(queryableOf(trx))),
    outside: () => queryableOf(kysely()),
  },
  'Drizzle on pg': {
    transact: (work) => drizzleOnPg(pool).transaction((tx) => work(queryableOfDrizzle(tx))),
    outside: () => queryableOfDrizzle(drizzleOnPg(pool)),
  },
  'Drizzle on postgres.js': {
    transact: (work) => drizzleOnPostgresJs(drizzled).transaction((tx) => work(queryableOfDrizzle(tx))),
    outside: () => queryableOfDrizzle(drizzleOnPostgresJs(drizzled)),
  },
  'postgres.js': {
    transact: async (work) => {
      await sql.begin((tx) => work(queryableOfPostgresJs(tx)))
    },
    outside: () => queryableOfPostgresJs(sql),
  },
}

function kysely(): Kysely<object> {
  return new Kysely({ dialect: new PostgresDialect({ pool }) })
}

function unknownOn(client: pg.PoolClient | pg.Pool): StatementRunner {
  return { query: async (text, values) => (await client.query(text, values)).rows }
}

const stored = async (...keys: string[]): Promise<unknown[]> => {
  const { rows } = await db.query('select key, type, data from events where key = any ($1) order by seq', [
    keys,
  ])
  return rows
}
const event = (itemId: string) => ({
  contract: MadeV1,
  data: { itemId, name: `x "quoted" \\ ü`, version: 1 },
})
const rowOf = (itemId: string) => ({ key: itemId, type: MadeV1.type, data: event(itemId).data })
const change = (tx: StatementRunner): Promise<unknown> =>
  tx.query('insert into audit_log (action) values ($1)', ['changed'])

describe.each(Object.entries(libraries))('in a transaction of %s', (name, { transact, outside }) => {
  test('events are stored with the change, in their order, one or many', async () => {
    const keys = [randomUUID(), randomUUID(), randomUUID()] as const
    await transact(async (tx) => {
      await change(tx)
      await makerEvents.append(tx, event(keys[0]))
      await makerEvents.append(tx, [event(keys[1]), event(keys[2])])
    })
    expect(await stored(...keys)).toEqual(keys.map(rowOf))
  })

  test('they are undone with it', async () => {
    const key = randomUUID()
    const undone = transact(async (tx) => {
      await change(tx)
      await makerEvents.append(tx, event(key))
      await makerEvents.append(tx, [event(key), event(key)])
      throw new TypeError('undo')
    })
    expect(await rejection(undone)).toBeInstanceOf(TypeError)
    expect(await stored(key)).toEqual([])
  })

  test('and outside of one they are refused', async () => {
    const key = randomUUID()
    const code = 'FREEHOLD_EVENT_OUTSIDE_TRANSACTION'
    expect(await rejection(makerEvents.append(outside(), event(key)))).toMatchObject({ code })
    expect(await rejection(makerEvents.append(outside(), [event(key), event(key)]))).toMatchObject({ code })
    expect(await stored(key)).toEqual([])
  })

  test('an event needs a change before it only where nobody knows the transaction', async () => {
    const key = randomUUID()
    const appended = transact(async (tx) => void (await makerEvents.append(tx, event(key))))
    if (!name.includes('unknown')) await appended
    else expect(await rejection(appended)).toMatchObject({ code: 'FREEHOLD_EVENT_OUTSIDE_TRANSACTION' })
    expect(await stored(key)).toHaveLength(name.includes('unknown') ? 0 : 1)
  })

  test.skipIf(name.includes('unknown'))('an entity takes an event along in its statement', async () => {
    const id = randomUUID()
    await transact(async (tx) => {
      const values = { id, owner: 'ann', name: 'x', detail: { a: [1] }, tags: ['t'] }
      const audit = auditLog.entry({ action: 'made', entity_id: fromRow('id'), detail: { by: ['ann'] } })
      await items.insert(tx as Queryable, values, { append: [makerEvents.entry(event(id)), audit] })
    })
    expect(await stored(id)).toEqual([rowOf(id)])
    expect(await items.find(db, id)).toMatchObject({ detail: { a: [1] }, tags: ['t'] })
    expect(await auditLog.read(db, { limit: 1, where: { entity_id: id } })).toMatchObject([
      { detail: { by: ['ann'] } },
    ])
  })
})

test('a client of pg is asked whether it is in a transaction', async () => {
  const client = await pool.connect()
  const key = randomUUID()
  const code = 'FREEHOLD_EVENT_OUTSIDE_TRANSACTION'
  expect(await rejection(makerEvents.append(client, event(key)))).toMatchObject({ code })
  await client.query('begin')
  await makerEvents.append(client, event(key))
  await client.query('commit')
  expect(await rejection(makerEvents.append(client, event(key)))).toMatchObject({ code })
  client.release()
  expect(await stored(key)).toHaveLength(1)
})

test('Drizzle over something else is refused by name', () => {
  const other = { execute: () => Promise.resolve(), transaction: () => Promise.resolve(), session: {} }
  expect(() => queryableOfDrizzle(other)).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_ADAPTER_UNSUPPORTED' }),
  )
})

test('a log answers through postgres.js as it does elsewhere', async () => {
  const log = immutableLog<{ action: string; actor: string }>(workshopService, 'audit_log', {
    columns: ['action', 'actor'],
  })
  const actor = randomUUID()
  await log.append(queryableOfPostgresJs(sql), { action: 'read', actor })
  const rows = await log.read(queryableOfPostgresJs(sql), { limit: 5, where: { actor } })
  expect(rows).toMatchObject([{ action: 'read', actor, at: expect.any(Date) as Date }])
})
