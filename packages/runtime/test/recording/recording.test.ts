import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { RecordedStatement, RecordedStatements } from '@freehold/manifest'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../src/database/index.js'
import { json } from '../../src/statements/json.js'
import { kyselyFor } from '../../src/kysely/index.js'
import { items, workshop, type Item, type Workshop } from '../fixtures/workshop.js'

let shop: Workshop
let admin: pg.Client
let folder: string
let version: string
let versions = 0

beforeAll(async () => {
  shop = await workshop()
  admin = new pg.Client(shop.adminUrl)
  await admin.connect()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-recording-'))
  version = `1.${(versions += 1)}.0`
  return () => rm(folder, { recursive: true })
})
afterAll(async () => {
  await admin.end()
  await shop.drop()
})

const open = (
  more: {
    readonly onError?: (error: unknown) => void
    readonly everyMs?: number
    readonly folder?: string
  } = {},
): Database =>
  shop.open({
    recording: { service: 'workshop', version, folder, root: join(import.meta.dirname, '..', '..'), ...more },
  })

const files = async (): Promise<RecordedStatements[]> =>
  Promise.all(
    (await readdir(folder)).map(
      async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as RecordedStatements,
    ),
  )

const file = async (): Promise<RecordedStatements> => {
  const all = await files()
  expect(all).toHaveLength(1)
  return all[0]!
}

const found = async (text: string): Promise<RecordedStatement | undefined> =>
  (await file()).statements.find((statement) => statement.text === text)

async function noted(text: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await admin.query<Record<string, unknown>>(
    `select service, calls::integer as calls, parameter_kinds, sent_from, is_named, text, last_sent_at
     from freehold.statement_uses where version = $1 and text = $2`,
    [version, text],
  )
  return rows[0]
}

test('a statement is recorded once, with the kinds of its values and never a value', async () => {
  const db = open()
  const text =
    'select $1::text, $2::bigint, $3::jsonb, $4::bytea, $5::timestamptz, $6::text[], $7::boolean, $8::text'
  const secret = 'correct horse'
  await db.query(text, [secret, 1, json({ secret }), Buffer.from(secret), new Date(0), [secret], true, null])
  await db.query(text, [null, 1n, { secret }, Buffer.from(secret), new Date(0), [secret], true, undefined])
  await db.close()
  const kinds = ['null|string', 'bigint|number', 'json', 'bytes', 'date', 'array', 'boolean', 'null']
  expect((await found(text))?.parameters).toEqual(kinds)
  expect(await noted(text)).toMatchObject({ service: 'workshop', calls: 2, parameter_kinds: kinds })
  expect(JSON.stringify(await file())).not.toContain(secret)
})

test('whatever is sent is heard: groups, transactions, the pool itself, and query builders', async () => {
  const db = open()
  await db.batch([{ text: 'select 1 as batched' }, { text: 'select $1::text as batched', values: ['x'] }])
  await db.transaction(async (tx) => {
    await tx.query('select 1 as first')
    await tx.query({ name: 'second', text: 'select $1::integer as second', values: [2] })
  })
  await db.pool.query('select $1::text as pooled', ['x'])
  const client = await db.pool.connect()
  await new Promise((resolve) => client.query('select 1 as called_back', resolve))
  client.release()
  const kysely = kyselyFor<{ items: Item }>(db)
  await kysely.selectFrom('items').select('id').where('name', '=', 'x').execute()
  await items.find(db, crypto.randomUUID())
  await db.close()
  const { statements } = await file()
  const texts = statements.map(({ text }) => text)
  for (const text of [
    'begin',
    'commit',
    'select 1 as batched',
    'select $1::text as batched',
    'select 1 as first',
    'select $1::integer as second',
    'select $1::text as pooled',
    'select 1 as called_back',
    'select "id" from "items" where "name" = $1',
  ])
    expect(texts).toContain(text)
  expect(await found('select $1::integer as second')).toMatchObject({ isNamed: true, parameters: ['number'] })
  expect(texts.some((text) => text.includes('begin;'))).toBe(false)
  expect(texts).toEqual([...texts].sort())
})

test('it says where in the code of the service a statement is sent from', async () => {
  const db = open()
  await kyselyFor<{ items: Item }>(db).selectFrom('items').select('owner').execute()
  await db.query('select 1 as here')
  await db.pool.query('select 1 as pooled_here')
  await db.pool.query({ text: 'select $1::text as pooled_too' }, ['x'])
  await new Promise((resolve) => db.pool.query('select 1 as pooled_back', resolve))
  await db.close()
  const here = /^test\/recording\/recording\.test\.ts:\d+$/
  for (const text of ['select 1 as pooled_here', 'select $1::text as pooled_too', 'select 1 as pooled_back'])
    expect((await found(text))?.sentFrom, text).toMatch(here)
  expect((await found('select 1 as here'))?.sentFrom).toMatch(here)
  expect((await found('select "owner" from "items"'))?.sentFrom).toMatch(here)
})

test('what a pool could not send is not recorded, wherever it came from', async () => {
  const db = open()
  await db.query('select 1')
  const connect: unknown = Reflect.get(db.pool, 'connect')
  Object.assign(db.pool, {
    connect: (callback: (error: Error) => void) => callback(new Error('no connection')),
  })
  await expect(db.pool.query('select 1 as never_sent')).rejects.toThrow('no connection')
  Object.assign(db.pool, { connect })
  await db.close()
  expect(await found('select 1 as never_sent')).toBeUndefined()
})

test('connections that record at once lose nothing of each other', async () => {
  const databases = [...Array(8).keys()].map(() => open({ everyMs: 20 }))
  await Promise.all(
    databases.map(async (db, i) => {
      for (let j = 0; j < 20; j += 1) {
        await db.query(`select ${i} as db, ${j} as turn`)
        await delay(5)
      }
      await db.close()
    }),
  )
  const all = await files()
  expect(all.map((each) => [each.service, each.version])).toEqual(all.map(() => ['workshop', version]))
  const mine = all.flatMap(({ statements }) => statements).filter(({ text }) => text.includes('as turn'))
  expect(new Set(mine.map(({ text }) => text)).size).toBe(160)
  expect((await readdir(folder)).filter((name) => !name.endsWith('.statements.json'))).toEqual([])
})

test('a folder that cannot be written to is told of, and the service goes on', async () => {
  await writeFile(join(folder, 'in the way'), '')
  const errors: unknown[] = []
  const db = open({ folder: join(folder, 'in the way'), onError: (error) => errors.push(error) })
  await db.query('select 1 as unfiled')
  await db.close()
  expect(errors).toMatchObject([{ code: 'EEXIST' }])
  expect(await noted('select 1 as unfiled')).toMatchObject({ calls: 1 })
})

test('what could not be told is told later, and nothing of the service fails', async () => {
  await admin.query('alter function freehold.note_statements(text, jsonb, bigint) rename to away')
  const errors: unknown[] = []
  const db = open({ everyMs: 30, onError: (error) => errors.push(error) })
  try {
    await db.query('select 1 as later')
    await expect.poll(() => errors.length).toBeGreaterThan(0)
  } finally {
    await admin.query('alter function freehold.away(text, jsonb, bigint) rename to note_statements')
  }
  await db.query('select 1 as later')
  await expect.poll(() => noted('select 1 as later')).toMatchObject({ calls: 2 })
  await db.close()
})

test('texts that are made up anew each time fill no memory, and are counted', async () => {
  const db = open()
  for (let i = 0; i < 2100; i += 50)
    await db.batch([...Array(50).keys()].map((j) => ({ text: `select ${i + j} as made_up` })))
  await db.close()
  expect((await file()).statements.length).toBeLessThanOrEqual(2000)
  const { rows } = await admin.query<{ unrecorded: number }>(
    'select unrecorded::integer as unrecorded from freehold.service_versions where version = $1',
    [version],
  )
  expect(rows[0]?.unrecorded).toBeGreaterThanOrEqual(100)
})

test('what the database has forgotten is told again', async () => {
  const db = open({ everyMs: 30 })
  await db.query('select 1 as forgotten')
  await expect.poll(() => noted('select 1 as forgotten')).toBeDefined()
  await admin.query('delete from freehold.statement_uses where version = $1', [version])
  await db.query('select 1 as forgotten')
  await db.query('select 1 as news')
  await expect.poll(() => noted('select 1 as forgotten')).toBeDefined()
  await db.close()
})
