import { setTimeout as sleep } from 'node:timers/promises'
import { isFreeholdError, rolesOf } from '@freehold/manifest'
import pg from 'pg'
import pc from 'picocolors'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { migrationStatusText } from '../cli/views/migrations.js'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus, type MigrateOptions, type MigrationProgress } from './index.js'
import { lockKey } from './lock.js'

let database: ServiceDatabase
let reader: pg.Client
let told: MigrationProgress[]
beforeEach(async () => {
  told = []
  database = await serviceDatabase(inject('serverUrl'))
  await connections(6)
  await database.write({ '0001_things.sql': 'create table things (id int)' })
  await migrateService(database)
  reader = new pg.Client(database.url)
  await reader.connect()
})
afterEach(async () => {
  await reader.end()
  await database.drop()
})

const connections = (limit: number) =>
  database.admin.query(`alter role ${rolesOf(database.service).migrator} connection limit ${limit}`)
const pidOf = (client: pg.Client) => Reflect.get(client, 'processID') as number
const read = () => reader.query('begin; select id from things /* a long report */')

async function timed(limits: MigrateOptions['limits'] = {}) {
  const startedAt = performance.now()
  const outcome: unknown = await migrateService({
    ...database,
    limits,
    onProgress: (progress) => told.push(progress),
  }).catch((thrown: unknown) => thrown)
  return { outcome, tookMs: performance.now() - startedAt }
}

test('many runs before a long reader end in the time that they were given, and name who is in the way', async () => {
  await read()
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  const waitMs = 4_000
  const runs = await Promise.all(
    Array.from({ length: 7 }, () => timed({ waitMs, lockTimeoutMs: 600, attempts: 9 })),
  )
  // The last attempt may begin with the last of the time.
  for (const { tookMs } of runs) expect(tookMs).toBeLessThan(waitMs + 4_000)
  const codes = runs.map(({ outcome }) => (isFreeholdError(outcome) ? outcome.code : outcome))
  expect(new Set(codes)).toEqual(new Set(['FREEHOLD_MIGRATION_BLOCKED', 'FREEHOLD_MIGRATION_LOCKED']))
  const withCode = (code: string) =>
    runs.flatMap(({ outcome }) => (isFreeholdError(outcome) && outcome.code === code ? [outcome] : []))
  const inTheWay = [{ pid: pidOf(reader), state: 'idle in transaction' }]
  const named = new RegExp(
    `(?:Waited for|In its way is) server process ${pidOf(reader)} .*for \\d+ s.*a long report`,
  )
  for (const error of withCode('FREEHOLD_MIGRATION_BLOCKED')) {
    expect(error).toMatchObject({ details: { blockers: inTheWay } })
    expect(String(error)).toMatch(named)
  }
  const waited = withCode('FREEHOLD_MIGRATION_LOCKED').map(String)
  for (const said of waited)
    expect(said).toMatch(/server process \d+, "freehold migrate \w+".*, since 20\d\d-.*Z\) migrates/)
  // Who looks only between two attempts of the other run, sees nobody.
  expect(waited.some((said) => named.test(said))).toBe(true)
  await reader.query('rollback')
  expect((await timed()).outcome).toMatchObject({ applied: [{ number: 2 }] })
})

test('what was waited for a connection is not waited for the lock again', async () => {
  await connections(2)
  await reader.query('select pg_advisory_lock($1)', [lockKey(database.system, database.service)])
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  const other = new pg.Client(database.url)
  await other.connect()
  const run = timed({ waitMs: 2_500 })
  await sleep(1_800)
  await other.end()
  const { outcome, tookMs } = await run
  expect(outcome).toMatchObject({ code: 'FREEHOLD_MIGRATION_LOCKED', details: { holderPid: pidOf(reader) } })
  expect(tookMs).toBeLessThan(4_000)
  expect(told.map(({ kind }) => kind)).toContain('connecting')
})

test('a run that waited for another one has that much less patience with tables', async () => {
  await reader.query('select pg_advisory_lock($1)', [lockKey(database.system, database.service)])
  await database.admin.query(`begin; lock table ${database.service.schema}.things`)
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  const run = timed({ waitMs: 4_000, lockTimeoutMs: 3_500, attempts: 3 })
  await sleep(2_000)
  await reader.query('select pg_advisory_unlock($1)', [lockKey(database.system, database.service)])
  const { outcome, tookMs } = await run
  await database.admin.query('rollback')
  expect(outcome).toMatchObject({ code: 'FREEHOLD_MIGRATION_BLOCKED' })
  expect(tookMs).toBeLessThan(6_000)
})

test('a run whose server goes away while it waits goes on when it is back', async () => {
  await reader.query('select pg_advisory_lock($1)', [lockKey(database.system, database.service)])
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  const run = timed({ waitMs: 20_000 })
  for (let time = 0; time < 8; time += 1) {
    await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'freehold migrate %'`,
    )
    await sleep(50)
  }
  await reader.query('select pg_advisory_unlock_all()')
  expect((await run).outcome).toMatchObject({ applied: [{ number: 2 }] })
})

test('a setting is no statement of those that are done', async () => {
  await database.write({
    '0002_steps.sql': "set work_mem to '8MB';\nvacuum things;\nselect 1 / 0;\nselect 2",
  })
  const { outcome } = await timed()
  expect(String(outcome)).toMatch(/Done, and not rolled back: 1 of 3 statements \(at line 2\)/)
  expect(outcome).toMatchObject({ details: { done: [2], statement: 3 } })
})

test('what this run tries again is not told as begun by an earlier one', async () => {
  await database.write({ '0002_index.sql': 'create index concurrently by_id on things (id)' })
  await reader.query('begin; insert into things (id) values (1)')
  const run = migrateService({
    ...database,
    limits: { concurrentLockTimeoutMs: 300 },
    onProgress(progress) {
      told.push(progress)
      if (progress.kind === 'retrying') void reader.query('rollback')
    },
  })
  expect((await run).applied).toHaveLength(1)
  const recovering = told.filter(({ kind }) => kind === 'recovering')
  expect(recovering).toMatchObject([{ isRetry: true, verdict: 'run' }])
})

test('status tells a statement that runs from one whose end is open', async () => {
  const shown = async () => migrationStatusText([await migrationStatus(database)], pc.createColors(false))
  await database.write({ '0002_index.sql': 'create index concurrently by_id on things (id)' })
  await reader.query('begin; insert into things (id) values (1)')
  const run = timed()
  await expect
    .poll(async () => (await migrationStatus(database)).pending[0]?.attempts)
    .toMatchObject([{ step: 1, event: 'begun', isRunning: true }])
  const during = await migrationStatus(database)
  expect(during.problems).toEqual([])
  expect(during.run).toMatchObject({ pid: during.pending[0]?.attempts[0]?.pid })
  const text = await shown()
  expect(text).toMatch(/a run is under way: server process \d+, "freehold migrate \w+".*since/)
  expect(text).toMatch(/statement 1 runs since .* in server process \d+/)
  expect(text).not.toMatch(/open/)
  await database.admin.query(`select pg_terminate_backend($1)`, [during.run?.pid])
  expect((await run).outcome).toMatchObject({ code: 'FREEHOLD_MIGRATION_INTERRUPTED' })
  expect(await shown()).toMatch(/statement 1 was begun at .* its end is open/)
  expect((await migrationStatus(database)).run).toBeUndefined()
  await reader.query('rollback')
  expect((await timed()).outcome).toMatchObject({ applied: [{ number: 2 }] })
})
