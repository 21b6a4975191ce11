import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { seal } from '../sealing/index.js'
import { pageReader } from './sealed-page.js'

let shop: Workshop

beforeAll(async () => {
  shop = await workshop()
})
afterAll(() => shop.drop())

it('plans a page a few times and not each time, when it knows how the values are spread', async () => {
  const db = shop.open({ max: 1 })
  await db.query(
    `insert into events (id, type, key, data)
     select gen_random_uuid(), 'workshop.made.v1', 'k' || n, '{}' from generate_series(1, 20000) n`,
  )
  await seal(db, 'events')
  const admin = new pg.Client(shop.adminUrl)
  await admin.connect()
  await admin.query('analyze')
  await admin.end()
  const read = pageReader('workshop', 'events')
  for (let after = 0; after < 20; after += 1)
    await read(db, { after, last: after + 1, types: ['workshop.made.v1'], limit: 1, bytes: 1_000 })
  const { rows } = await db.query(
    `select p.custom_plans, p.generic_plans from pg_prepared_statements p where p.statement like '%stored_before%'`,
  )
  // Five is what PostgreSQL plans before it compares.
  expect(rows).toEqual([{ custom_plans: 5, generic_plans: 15 }])
})
