import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus, type MigrationProgress } from './index.js'
import { lockKey } from './lock.js'

let database: ServiceDatabase
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
})
afterEach(() => database.drop())

const migrate = (limits = {}) => migrateService({ ...database, limits })
const indexes = async () => {
  const { rows } = await database.admin.query<{ name: string; valid: boolean }>(
    `select relname as name, indisvalid as valid from pg_index join pg_class on pg_class.oid = indexrelid
     where relnamespace = $1::regnamespace order by 1`,
    [database.service.schema],
  )
  return rows
}

/** Starts a run in a process of its own and waits until its statement sleeps. */
async function sleepingRun(): Promise<{ child: ChildProcess; pid: number }> {
  const { system, service, url, directory } = database
  const script = fileURLToPath(new URL('../../test/migrate-process.mjs', import.meta.url))
  const options = JSON.stringify({ system, service, url, directory })
  const child = spawn(process.execPath, [script, options], { stdio: 'ignore' })
  for (;;) {
    const { rows } = await database.admin.query<{ pid: number }>(
      `select pid from pg_stat_activity
       where datname = current_database() and wait_event = 'PgSleep' and application_name like 'freehold migrate %'`,
    )
    if (rows[0]) return { child, pid: rows[0].pid }
    expect(child.exitCode).toBeNull()
    await sleep(50)
  }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('four runs at once apply each file once, through the two connections that the role has', async () => {
  const files = Array.from({ length: 8 }, (_, index): [string, string] => [
    `000${index + 1}_step.sql`,
    `create table step_${index} (id int); select pg_sleep(0.02)`,
  ])
  await database.write(Object.fromEntries(files))
  const reports = await Promise.all([migrate(), migrate(), migrate(), migrate()])
  expect(reports.flatMap(({ applied }) => applied.map(({ number }) => number)).toSorted()).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8,
  ])
})

test('a run that is killed leaves nothing of its file, and its lock is free at once', async () => {
  await database.write({
    '0001_done.sql': 'create table things (id int)',
    '0002_long.sql': 'create table other (id int); select pg_sleep(60); select 1',
  })
  const { child, pid } = await sleepingRun()
  await database.admin.query('revoke select on pg_locks from public')
  const waiting = await migrate({ waitMs: 0 }).catch((thrown: unknown) => thrown)
  expect(waiting).toMatchObject({ code: 'FREEHOLD_MIGRATION_LOCKED', details: { holderPid: pid } })
  await kill(child)
  expect((await migrationStatus(database)).applied.map(({ number }) => number)).toEqual([1])
  await database.write({ '0002_long.sql': 'create table other (id int)' })
  const report = await migrate({ waitMs: 10_000 })
  expect(report.applied.map(({ number }) => number)).toEqual([2])
})

test('a run that waits too long names the process that holds the lock', async () => {
  await database.write({ '0001_first.sql': 'create table things (id int)' })
  const { system, service, admin } = database
  const { rows } = await admin.query<{ pid: number }>(
    'select pg_backend_pid() as pid, pg_advisory_lock($1)',
    [lockKey(system, service)],
  )
  const seen: MigrationProgress[] = []
  const run = migrateService({
    ...database,
    limits: { waitMs: 700 },
    onProgress: (progress) => seen.push(progress),
  })
  const holderPid = rows[0]?.pid
  await expect(run).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_LOCKED', details: { holderPid } })
  expect(seen).toContainEqual(
    expect.objectContaining({ kind: 'waiting', run: expect.objectContaining({ pid: holderPid }) as unknown }),
  )
})

test('says that the outcome is open when the server ends the connection', async () => {
  await database.write({ '0001_long.sql': 'create table things (id int);\nselect pg_sleep(60)' })
  const run = migrate().catch((thrown: unknown) => thrown)
  let ended = 0
  while (ended === 0) {
    const { rowCount } = await database.admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event = 'PgSleep'`,
    )
    ended = rowCount ?? 0
  }
  expect(await run).toMatchObject({ code: 'FREEHOLD_MIGRATION_INTERRUPTED', details: { line: 2 } })
  expect((await migrationStatus(database)).applied).toEqual([])
})

test('tries again when somebody else holds a lock on the table', async () => {
  await database.write({ '0001_first.sql': 'create table things (id int)' })
  await migrate()
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  await database.admin.query(`begin; lock table ${database.service.schema}.things`)
  const seen: string[] = []
  const run = migrateService({
    ...database,
    limits: { lockTimeoutMs: 100 },
    onProgress(progress) {
      seen.push(progress.kind)
      if (progress.kind === 'retrying') void database.admin.query('rollback')
    },
  })
  expect((await run).applied).toHaveLength(1)
  expect(seen).toEqual(['applying', 'retrying', 'applied'])
})

test('builds indexes concurrently, several in a file, while another run waits for its turn', async () => {
  await database.write({
    '0001_table.sql': 'create table things (id int); insert into things select generate_series(1, 20000)',
    '0002_indexes.sql': `create index concurrently by_id on things (id);
create index concurrently by_half on things ((id / 2));
comment on index by_half is 'made in the same file'`,
  })
  const reports = await Promise.all([migrate(), migrate()])
  expect(reports.flatMap(({ applied }) => applied)).toHaveLength(2)
  expect(await indexes()).toEqual([
    { name: 'by_half', valid: true },
    { name: 'by_id', valid: true },
  ])
})

test('goes on where a killed run without a transaction stopped', async () => {
  const sql = (seconds: number) => `create table things (id int);
set application_name to 'freehold migrate again';
create index concurrently by_id on things (id);
select pg_sleep(${seconds});
create index concurrently by_half on things ((id / 2))`
  await database.write({ '0001_stepwise.sql': sql(60) })
  const { child } = await sleepingRun()
  await kill(child)
  const status = await migrationStatus(database)
  expect(status).toMatchObject({ applied: [], pending: [{ number: 1, statementsDone: 2 }] })
  await database.write({ '0001_stepwise.sql': sql(0) })
  await migrate({ waitMs: 10_000 })
  expect((await indexes()).map(({ name }) => name)).toEqual(['by_half', 'by_id'])
  expect((await migrationStatus(database)).applied).toHaveLength(1)
})

test('refuses to go on when what is done was rewritten', async () => {
  await database.write({ '0001_stepwise.sql': 'create table things (id int); vacuum things; select 1 / 0' })
  await expect(migrate()).rejects.toMatchObject({
    code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY',
    details: { done: [1, 2] },
  })
  await database.write({ '0001_stepwise.sql': 'create table other (id int); vacuum things; select 1' })
  await expect(migrate()).rejects.toThrow(/statement 1 was done by an earlier run/)
  await database.write({ '0001_stepwise.sql': 'create table things (id int); vacuum things; select 1' })
  expect((await migrate()).applied).toHaveLength(1)
})

test('rebuilds the index that a failed attempt left, and does not take it for done', async () => {
  await database.write({
    '0001_table.sql': 'create table things (id int); insert into things values (1), (1)',
    '0002_unique.sql': 'create unique index concurrently if not exists one on things (id)',
  })
  const failed = await migrate().catch((thrown: unknown) => thrown)
  expect(failed).toMatchObject({
    code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY',
    details: { sqlstate: '23505', done: [] },
  })
  expect(await indexes()).toEqual([{ name: 'one', valid: false }])
  await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY' })
  await database.admin.query(`delete from ${database.service.schema}.things where ctid = '(0,1)'`)
  expect((await migrate()).applied).toHaveLength(1)
  expect(await indexes()).toEqual([{ name: 'one', valid: true }])
})

test('does not count a migration as applied while an index that it left is not used', async () => {
  await database.write({
    '0001_table.sql': 'create table things (id int); insert into things values (1), (1)',
    '0002_swallowed.sql': 'vacuum things; select 1',
  })
  await migrateService({ ...database }).then(() => undefined)
  await database.admin
    .query(`create unique index concurrently one on ${database.service.schema}.things (id)`)
    .catch(() => undefined)
  await database.write({ '0003_more.sql': 'vacuum things' })
  const error = await migrate().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'FREEHOLD_MIGRATION_INVALID_INDEX' })
  expect((await migrationStatus(database)).pending).toHaveLength(1)
})
