import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { rolesOf } from '@freehold/manifest'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { freezingProxy } from '../../test/freezing-proxy.js'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus, type MigrateOptions } from './index.js'
import { lockKey } from './lock.js'

let database: ServiceDatabase
let app: pg.Client
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
  await database.admin.query(`alter role ${rolesOf(database.service).migrator} connection limit 6`)
  await database.write({ '0001_things.sql': 'create table things (id int)' })
  await migrateService(database)
  app = new pg.Client(database.url)
  await app.connect()
})
afterEach(async () => {
  await app.end()
  await database.drop()
})

const attempt = (options: Partial<MigrateOptions> = {}) =>
  migrateService({ ...database, ...options }).catch((thrown: unknown) => thrown)
const key = () => lockKey(database.system, database.service)
const columns = async () => {
  const { rows } = await database.admin.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 order by 1`,
    [`${database.service.schema}.things`],
  )
  return rows.map(({ name }) => name)
}

test.each([
  ['in one transaction', ''],
  ['step by step', '; vacuum things'],
])('a run that has lost its lock to another leaves nothing, %s', async (_, more) => {
  const taken = `select pg_advisory_unlock_all(); select pg_sleep(0.5)`
  await database.write({
    '0002_sly.sql': `alter table things add column note text; ${taken}; alter table things add column more text${more}`,
  })
  const took: Promise<unknown>[] = []
  const run = attempt({
    onProgress({ kind }) {
      if (kind === 'applying') took.push(app.query('select pg_advisory_lock($1)', [key()]))
    },
  })
  expect(await run).toMatchObject({ code: 'FREEHOLD_MIGRATION_LOCK_LOST' })
  await Promise.all(took)
  expect(await columns()).not.toContain('more')
  expect((await migrationStatus(database)).applied).toHaveLength(1)
})

test('a lock that a statement gave up and nobody took is taken again', async () => {
  await database.write({
    '0002_sly.sql': 'select pg_advisory_unlock_all(); alter table things add column note text',
  })
  expect(await attempt()).toMatchObject({ applied: [{ number: 2 }] })
})

test('a server that takes no writes is told as that', async () => {
  await database.write({ '0002_more.sql': 'alter table things add column note text' })
  const { migrator } = rolesOf(database.service)
  await database.admin.query(`alter role ${migrator} set default_transaction_read_only to on`)
  expect(await attempt()).toMatchObject({ code: 'FREEHOLD_MIGRATION_READ_ONLY' })
})

test('limits that a database sets for programs are none for a migration', async () => {
  const { migrator } = rolesOf(database.service)
  await database.admin.query(
    `alter role ${migrator} set statement_timeout to '300ms'; alter role ${migrator} set idle_session_timeout to '300ms'`,
  )
  const { rows } = await database.admin.query("select from pg_settings where name = 'transaction_timeout'")
  if (rows.length > 0) await database.admin.query(`alter role ${migrator} set transaction_timeout to '300ms'`)
  await database.admin.query(`alter role ${migrator} set default_transaction_isolation to serializable`)
  await database.write({
    '0002_slow.sql': `do $$ begin assert current_setting('transaction_isolation') = 'read committed'; end $$; insert into things select generate_series(1, 3); alter table things add primary key (id); select pg_sleep(0.5)`,
    '0003_rests.sql': `-- freehold: backfill things by id in batches of 1 at most 2 rows a second
update things set id = id where id between $1 and $2`,
  })
  expect(await attempt()).toMatchObject({ applied: [{ number: 2 }, { number: 3 }] })
})

test('a run that waits for a server which stands still ends in time, and goes on when that comes back', async () => {
  const proxy = await freezingProxy(database.url)
  await app.query('select pg_advisory_lock($1)', [key()])
  await database.write({ '0002_more.sql': 'alter table things add column note text' })
  const waiting = (waitMs: number) => attempt({ url: proxy.url, limits: { waitMs, silenceMs: 400 } })
  const startedAt = performance.now()
  const given = waiting(2_500)
  setTimeout(proxy.freeze, 700)
  expect(await given).toMatchObject({ code: expect.stringMatching(/LOCKED|CONNECTION_FAILED/) as string })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  proxy.thaw()
  const patient = waiting(20_000)
  setTimeout(proxy.freeze, 500)
  setTimeout(() => {
    void app.query('select pg_advisory_unlock_all()')
    proxy.thaw()
  }, 2_000)
  expect(await patient).toMatchObject({ applied: [{ number: 2 }] })
  await proxy.close()
})

test('a run whose server stands still in a statement ends, and another one goes on when that comes back', async () => {
  const proxy = await freezingProxy(database.url)
  await database.write({
    '0002_slow.sql': 'vacuum things; select pg_sleep(1); alter table things add column note text',
  })
  const startedAt = performance.now()
  const run = attempt({
    url: proxy.url,
    limits: { lockTimeoutMs: 300, silenceMs: 400 },
    onProgress(progress) {
      if (progress.kind === 'statement' && progress.step === 2) setTimeout(proxy.freeze, 200)
    },
  })
  expect(await run).toMatchObject({ code: 'FREEHOLD_MIGRATION_INTERRUPTED' })
  expect(performance.now() - startedAt).toBeLessThan(12_000)
  proxy.thaw()
  await proxy.close()
  expect(await attempt()).toMatchObject({ applied: [{ number: 2 }] })
})

test('a long statement is not taken for a server that stands still', async () => {
  await database.write({ '0002_slow.sql': 'select pg_sleep(3); alter table things add column note text' })
  expect(await attempt({ limits: { lockTimeoutMs: 300, silenceMs: 400 } })).toMatchObject({
    applied: [{ number: 2 }],
  })
})

test('a run that waits takes over what a killed one has half built', async () => {
  await database.write({
    '0002_indexes.sql': `create index concurrently by_id on things (id);
create unique index concurrently by_half on things ((id / 2));
insert into things (id) values (7)`,
  })
  await app.query('begin; insert into things (id) values (1)')
  const { system, service, url, directory } = database
  const script = fileURLToPath(new URL('../../test/migrate-process.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, JSON.stringify({ system, service, url, directory })], {
    stdio: 'ignore',
  })
  const isBuilding = async () => (await migrationStatus(database)).pending[0]?.attempts[0]?.isRunning
  await expect.poll(isBuilding).toBe(true)
  const seen: string[] = []
  const second = attempt({ limits: { waitMs: 30_000 }, onProgress: ({ kind }) => seen.push(kind) })
  await expect.poll(() => seen).toContain('waiting')
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => seen, { timeout: 20_000 }).toContain('recovering')
  await app.query('commit')
  expect(await second).toMatchObject({ applied: [{ number: 2 }] })
  const { rows } = await database.admin.query(
    `select indexrelid::regclass::text as name from pg_index where indrelid = $1::regclass and indisvalid order by 1`,
    [`${service.schema}.things`],
  )
  expect(rows).toHaveLength(2)
  expect((await database.admin.query(`select id from ${service.schema}.things order by id`)).rows).toEqual([
    { id: 1 },
    { id: 7 },
  ])
})
