import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serviceNamed } from '@freehold/manifest'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { readMigrations } from '../src/migrations/index.js'
import { notedStatements } from '../src/releases/noted-statements.js'
import { schemaDrift } from '../src/releases/schema-drift.js'
import { readSchema } from '../src/releases/schema-snapshot.js'
import { versionStatus } from '../src/releases/version-status.js'
import { writeRelease } from '../src/releases/write-release.js'
import { openShop, type Shop } from './fixtures/shop.js'

let shop: Shop
let admin: pg.Client
let folder: string
beforeAll(async () => {
  shop = await openShop(inject('serverUrl'), 'database-per-service')
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${shop.database(shop.orders)}`
  admin = new pg.Client(url.href)
  await admin.connect()
  folder = await mkdtemp(join(tmpdir(), 'freehold-status-'))
})
afterAll(async () => {
  await admin.end()
  await shop.remove()
  await rm(folder, { recursive: true })
})

it('sees which versions run, and names where the live schema is not as it was released', async () => {
  const service = serviceNamed(shop.system, shop.orders)
  const look = () => versionStatus(admin, service, folder)
  const before = await look()
  expect(before).toMatchObject({
    running: [],
    released: [],
    schema: { release: null, before: null, differences: [] },
  })

  const migrations = await readMigrations(join(import.meta.dirname, 'fixtures', 'orders'))
  await mkdir(folder, { recursive: true })
  const released = migrations.map(({ number, name, checksum }) => ({ number, name, checksum }))
  const contract = { number: 9, name: 'contract', checksum: '0'.repeat(64) }
  const release = {
    service: service.name,
    version: '1.2.0',
    migrations: [...released, contract],
    manifest: service,
    schema: await readSchema(admin, service),
    statements: [],
    publishes: [],
    consumes: {},
  }
  await writeRelease(folder, release)
  expect((await look()).schema).toMatchObject({
    release: null,
    before: { release: '1.2.0', lacks: ['0009_contract.sql'] },
    differences: [],
  })
  await rm(join(folder, 'releases'), { recursive: true })
  await writeRelease(folder, { ...release, migrations: released })
  const statements = [
    { text: 'select $1', parameters: ['string'], sentFrom: 'src/a.ts:1', isNamed: true, calls: 3 },
    { text: `select ${'1, '.repeat(4000)}1`, calls: 1 },
  ]
  await shop.as(
    { service: service.name, kind: 'app' },
    service.name,
    'select freehold.note_statements($1, $2)',
    ['1.2.0', JSON.stringify(statements)],
  )
  expect(await look()).toMatchObject({
    running: [{ version: '1.2.0', statements: 2 }],
    released: ['1.2.0'],
    schema: { fingerprint: before.schema.fingerprint, release: '1.2.0', before: null, differences: [] },
  })
  expect(await notedStatements(admin, { service: service.name, version: '1.2.0' })).toEqual({
    statements: [{ text: 'select $1', parameters: ['string'], sentFrom: 'src/a.ts:1', isNamed: true }],
    cut: 1,
    unrecorded: 0,
  })

  await admin.query(`alter table ${service.schema}.parcels add column weight integer`)
  await admin.query(`create index by_weight on ${service.schema}.parcels (weight)`)
  const after = await look()
  expect(after.schema.differences).toEqual([
    { object: 'column parcels.weight', kind: 'unexpected', live: '{"type":"integer"}' },
    expect.objectContaining({ object: 'index by_weight', kind: 'unexpected' }) as unknown,
  ])
  expect(after.schema.fingerprint).not.toBe(before.schema.fingerprint)
})

it('reads a schema by its own names, without what follows from the manifest', async () => {
  const schema = await readSchema(admin, serviceNamed(shop.system, shop.orders))
  const text = JSON.stringify(schema)
  expect(schema.tables.map(({ name }) => name)).toEqual(['audit_log', 'order_history', 'orders', 'parcels'])
  expect(text).not.toContain('freehold_')
  expect(text).not.toContain(`${shop.orders}.`)
  expect(text).not.toContain('NOT NULL')
  const orders = schema.tables.find(({ name }) => name === 'orders')
  expect(orders?.columns.find(({ name }) => name === 'id')).toEqual({
    name: 'id',
    type: 'uuid',
    notNull: true,
    default: 'gen_random_uuid()',
  })
})

it('names what somebody has changed beside the migrations, with no release to compare with', async () => {
  const root = fileURLToPath(new URL('fixtures', import.meta.url))
  const { billing } = shop
  const drift = async () => (await schemaDrift(shop.context, root, { [billing]: 1 }, undefined)).get(billing)
  expect(await drift()).toEqual([])
  await shop.as('administrator', billing, `alter table ${billing}.invoices add column hacked integer`)
  await shop.as('administrator', billing, `create index hacked on ${billing}.invoices (hacked)`)
  expect(await drift()).toMatchObject([
    { object: 'column invoices.hacked', kind: 'unexpected' },
    { object: 'index hacked', kind: 'unexpected' },
  ])
})
