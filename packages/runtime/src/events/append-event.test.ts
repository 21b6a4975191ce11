import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { seal } from '../sealing/index.js'
import { mostEventBytes, sealedEvents } from './index.js'

let shop: Workshop
let client: pg.Client

beforeAll(async () => {
  shop = await workshop()
})

afterAll(() => shop.drop())

const change = `insert into items (id, owner, name) values (gen_random_uuid(), 'ann', 'x')`
const append = 'select freehold.append_event($1, $2, $3) as id'
const type = 'workshop.made.v1'

describe.each(['app', 'migrator'] as const)('freehold.append_event, called by the %s', (role) => {
  beforeEach(async () => {
    client = new pg.Client(role === 'app' ? shop.appUrl : shop.migratorUrl)
    await client.connect()
  })

  afterEach(() => client.end())

  test('appends in the transaction of a change, and shows up sealed', async () => {
    const db = shop.open()
    const after = (await seal(db, 'events')).position ?? 0
    const key = randomUUID()
    await client.query('begin')
    await client.query(change)
    const { rows } = await client.query<{ id: string }>(
      `select freehold.append_event(type => $1, key => $2, data => $3, correlation_id => 'c', causation_id => 'b') as id`,
      [type, key, { name: 'x' }],
    )
    expect(await seal(db, 'events')).toMatchObject({ rows: 0 })
    await client.query('commit')
    expect(await seal(db, 'events')).toMatchObject({ rows: 1 })
    expect(await sealedEvents('workshop', 'events').read(db, { after, limit: 10 })).toMatchObject([
      {
        position: after + 1,
        id: rows[0]?.id,
        type,
        key,
        data: { name: 'x' },
        correlation_id: 'c',
        causation_id: 'b',
        traceparent: null,
      },
    ])
  })

  test('is undone with the change', async () => {
    const key = randomUUID()
    await client.query('begin')
    await client.query(change)
    await client.query(append, [type, key, {}])
    await client.query('rollback')
    expect((await client.query('select from events where key = $1', [key])).rowCount).toBe(0)
  })

  test('goes with a change in one statement', async () => {
    const key = randomUUID()
    await client.query(
      `with changed as (${change} returning name)
       select freehold.append_event($1, $2, jsonb_build_object('name', name)) from changed`,
      [type, key],
    )
    const { rows } = await client.query('select data from events where key = $1', [key])
    expect(rows).toEqual([{ data: { name: 'x' } }])
  })

  test('refuses by itself, and before the change', async () => {
    const refusal = { code: '25P01', hint: expect.stringContaining('Change the data first') as string }
    expect(await rejection(client.query(append, [type, 'k', {}]))).toMatchObject(refusal)
    await client.query('begin')
    expect(await rejection(client.query(append, [type, 'k', {}]))).toMatchObject(refusal)
    await client.query('rollback')
  })

  test.each([
    ['the type of another service', 'auth.made.v1', 'k', {}, '22023'],
    ['a type without its version', 'workshop.made', 'k', {}, '22023'],
    ['a type of two lines', 'workshop.made.v1\n', 'k', {}, '22023'],
    ['no type', null, 'k', {}, '22023'],
    ['a type of 129 characters', `workshop.${'n'.repeat(117)}.v1`, 'k', {}, '22023'],
    ['no key', type, null, {}, '22023'],
    ['an empty key', type, '', {}, '22023'],
    ['a key of a page', type, 'k'.repeat(513), {}, '22023'],
    ['no data', type, 'k', null, '22023'],
    ['data that is too large', type, 'k', { text: 'x'.repeat(mostEventBytes) }, '54000'],
  ])('refuses %s', async (_, ofType, key, data, code) => {
    await client.query('begin')
    await client.query(change)
    const refusal = (await rejection(client.query(append, [ofType, key, data]))) as pg.DatabaseError
    expect({ code: refusal.code, says: refusal.hint }).toEqual({ code, says: expect.any(String) as string })
    await client.query('rollback')
  })

  test('refuses a traceparent that is none', async () => {
    await client.query('begin')
    await client.query(change)
    const traced = client.query(`select freehold.append_event($1, 'k', '{}', traceparent => 'x')`, [type])
    expect(await rejection(traced)).toMatchObject({ code: '22023' })
    await client.query('rollback')
  })
})

test('freehold.append_event writes to nothing that only claims to be the log', async () => {
  const admin = new pg.Client(shop.adminUrl)
  await admin.connect()
  // As it is while the migration runs that creates it: the migrator may hang on it what it likes.
  await admin.query('alter table workshop.events owner to workshop_owner')
  const appended = shop.open().transaction(async (tx) => {
    await tx.query(change)
    await tx.query(append, [type, 'k', {}])
  })
  expect(await rejection(appended)).toMatchObject({ code: '55000' })
  await admin.end()
})
