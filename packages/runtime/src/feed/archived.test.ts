import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { rejection } from '../../test/fixtures/rejection.js'
import type { Database } from '../database/index.js'
import { sealedEvents } from '../events/index.js'
import { seal } from '../sealing/index.js'
import { answerable } from './archived-problem.js'
import { errorOf } from './client/refusals.js'
import { pageReader } from './sealed-page.js'

let shop: Workshop
let db: Database
const events = sealedEvents('workshop', 'events')
const pages = pageReader('workshop', 'events')
const page = (after: number, last: number, types = ['workshop.made.v1']) =>
  pages(db, { after, last, types, limit: 10, bytes: 1_000_000 })

beforeAll(async () => {
  shop = await workshop()
  db = shop.open({ max: 2 })
  await db.query(
    `insert into events (id, type, key, data)
     select gen_random_uuid(), 'workshop.made.v1', 'k' || n, '{}' from generate_series(1, 9) n`,
  )
  await seal(db, 'events')
  const admin = new pg.Client(shop.adminUrl)
  await admin.connect()
  await admin.query(
    `insert into freehold.archive (service, log, from_seq, to_seq, row_count, last_position, backed_up_to, file, file_sha256, rows_sha256, who)
     values ('workshop', 'events', 1, 5, 4, 4, 9, 'x', 'x', 'x', 'ann')`,
  )
  await admin.end()
})
afterAll(() => shop.drop())

it('refuses to read on from before what was archived, and says where to begin', async () => {
  const asked = [
    () => events.read(db, { after: 3, limit: 9 }),
    () => page(3, 9),
    () => page(0, 2),
    () => page(3, 9, ['other.v1']),
  ]
  for (const ask of asked)
    expect(await rejection(ask())).toMatchObject({
      code: 'FREEHOLD_EVENTS_ARCHIVED',
      details: { firstPosition: 5 },
    })
})

it('reads what is there, and nothing after the end', async () => {
  expect((await events.read(db, { after: 4, limit: 2 })).map(({ key }) => key)).toEqual(['k5', 'k6'])
  expect((await page(4, 9)).events.map(({ position }) => position)).toEqual([5, 6, 7, 8, 9])
  expect(await page(4, 9, ['other.v1'])).toMatchObject({ events: [], isCut: false, position: 9 })
  expect(await events.read(db, { after: 9, limit: 2 })).toEqual([])
})

it('is a 410 of the feed, which its client understands', async () => {
  const problem = answerable(await rejection(page(3, 9)))
  expect(problem).toMatchObject({ status: 410, extensions: { firstPosition: 5 } })
  const body = { type: 'urn:problem-type:events-archived', detail: 'gone', firstPosition: 5 }
  const error = errorOf('workshop', new Response(null, { status: 410 }), JSON.stringify(body))
  expect(error).toMatchObject({ code: 'FREEHOLD_EVENTS_ARCHIVED', details: { firstPosition: 5 } })
  expect(answerable(error)).not.toBe(error)
  expect(answerable(db)).toBe(db)
})
