import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus } from './index.js'

let database: ServiceDatabase
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
  await database.write({ '0001_first.sql': 'create table things (id int, name text)' })
  await migrate()
})
afterEach(() => database.drop())

const migrate = () => migrateService(database)
const path = (file: string) => join(database.directory, file)
const failed = () =>
  migrate().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
const tables = async () => {
  const { rows } = await database.admin.query<{ name: string }>(
    'select tablename as name from pg_tables where schemaname = $1 order by 1',
    [database.service.schema],
  )
  return rows.map(({ name }) => name)
}
const half = 'create table half (id int); vacuum half; select 1 / 0'

/** A run that does one statement of the second file, and not the other. */
async function begin(): Promise<void> {
  await database.write({ '0002_half.sql': half })
  expect(await failed()).toMatchObject({ code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY' })
}

test('what was begun and has no file any more is named, with what is done of it', async () => {
  await begin()
  await rm(path('0002_half.sql'))
  const gone = {
    code: 'FREEHOLD_MIGRATION_MISSING',
    message: expect.stringMatching(
      /^0002_half\.sql was begun at \S+ and not finished \(its statements 1, 2 are done\) and is not in /,
    ),
    details: { number: 2, file: '0002_half.sql', done: [1, 2] },
  }
  expect(await failed()).toMatchObject(gone)
  expect((await migrationStatus(database)).problems).toMatchObject([gone])
  // Whoever closed the gap that it left would be wrong.
  await database.write({ '0003_more.sql': 'select 1' })
  expect(await failed()).toMatchObject(gone)
})

test('what is done of it may be all of it, when the rest is left out', async () => {
  await begin()
  await database.write({ '0002_half.sql': 'create table half (id int); vacuum half' })
  expect((await migrate()).applied).toMatchObject([{ number: 2 }])
})

test('another file may not have its number, and is told whose that is', async () => {
  await begin()
  await rm(path('0002_half.sql'))
  await database.write({ '0002_other.sql': 'create table other (id int)' })
  expect(await failed()).toMatchObject({
    code: 'FREEHOLD_MIGRATION_NUMBER_TAKEN',
    message: expect.stringContaining('0002_other.sql has the number of 0002_half.sql'),
    fix: expect.stringMatching(/^Rename 0002_other\.sql to 0003_other\.sql, and restore 0002_half\.sql\./),
    details: { begunAs: '0002_half.sql' },
  })
  expect(await tables()).toEqual(['half', 'things'])
})

test('a file that was renamed after it was begun is named with both names', async () => {
  await begin()
  await rename(path('0002_half.sql'), path('0002_both.sql'))
  expect(await failed()).toMatchObject({
    code: 'FREEHOLD_MIGRATION_RENAMED',
    message: expect.stringMatching(/^0002_half\.sql was begun .* and is .*0002_both\.sql now\.$/),
  })
})

test('a file of which nothing was done may go, and its number belongs to the next', async () => {
  await database.write({ '0002_refused.sql': 'create index concurrently by_nope on things (nope)' })
  expect(await failed()).toMatchObject({ code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY' })
  await rm(path('0002_refused.sql'))
  expect((await migrate()).applied).toEqual([])
  await database.write({ '0002_other.sql': 'create table other (id int);\nselect 1 / 0' })
  expect((await migrationStatus(database)).pending).toMatchObject([{ number: 2, attempts: [] }])
  // It is one transaction, whatever the other one was.
  expect(await failed()).toMatchObject({ code: 'FREEHOLD_MIGRATION_FAILED', details: { line: 2 } })
  expect(await tables()).toEqual(['things'])
  await database.write({ '0002_other.sql': 'create table other (id int)' })
  expect((await migrate()).applied).toHaveLength(1)
})

test('a file whose statement outside a transaction was refused is one transaction once it needs no other', async () => {
  await database.write({ '0002_index.sql': 'create index concurrently by_nope on things (nope)' })
  await failed()
  await database.write({
    '0002_index.sql': 'create table other (id int); create index by_nope on things (nope)',
  })
  expect(await failed()).toMatchObject({ code: 'FREEHOLD_MIGRATION_FAILED' })
  expect(await tables()).toEqual(['things'])
})

test('what was begun before files were recorded is known by its number', async () => {
  await begin()
  await database.admin.query('delete from freehold.migration_starts')
  await rm(path('0002_half.sql'))
  expect(await failed()).toMatchObject({
    code: 'FREEHOLD_MIGRATION_MISSING',
    message: expect.stringMatching(/^Migration 2 was begun and not finished/),
  })
  await database.write({ '0002_half.sql': half.replace('1 / 0', '1') })
  expect((await migrate()).applied).toHaveLength(1)
})

test('a backfill that has passed rows is begun', async () => {
  await database.admin.query(
    `alter table ${database.service.schema}.things add primary key (id);
     insert into ${database.service.schema}.things select generate_series(1, 30)`,
  )
  await database.write({
    '0002_fill.sql': `-- freehold: backfill things by id in batches of 10
update things set name = (1 / (25 - id))::text where id between $1 and $2`,
  })
  expect(await failed()).toMatchObject({ details: { sqlstate: '22012' } })
  await rm(path('0002_fill.sql'))
  expect(await failed()).toMatchObject({
    message: expect.stringContaining('(its statement 1 has passed 20 rows)'),
  })
})

test('an index that a refused statement left is not forgotten with its file', async () => {
  await database.admin.query(`insert into ${database.service.schema}.things values (1), (1)`)
  await database.write({ '0002_index.sql': 'create unique index concurrently one on things (id)' })
  await failed()
  await rm(path('0002_index.sql'))
  const left = { code: 'FREEHOLD_MIGRATION_INVALID_INDEX', details: { indexes: ['one'] } }
  expect(await failed()).toMatchObject(left)
  expect((await migrationStatus(database)).problems).toMatchObject([left])
  await database.write({ '0002_index.sql': 'create table other (id int)' })
  expect(await failed()).toMatchObject(left)
  expect(await tables()).toEqual(['things'])
  await database.write({ '0002_index.sql': 'drop index concurrently if exists one' })
  expect((await migrate()).applied).toHaveLength(1)
  expect((await migrationStatus(database)).problems).toEqual([])
})

test('an index that was half dropped is not called done when its statement is left out', async () => {
  await database.write({ '0002_index.sql': 'create index by_id on things (id)' })
  await migrate()
  const drop = "set lock_timeout to '100ms'; drop index concurrently by_id"
  await database.write({ '0003_drop.sql': drop })
  await database.admin.query(`begin; lock table ${database.service.schema}.things in access share mode`)
  const limits = { attempts: 1 }
  const blocked = await migrateService({ ...database, limits }).catch((thrown: unknown) => thrown)
  expect(blocked).toMatchObject({ code: 'FREEHOLD_MIGRATION_BLOCKED' })
  await database.admin.query('rollback')
  await database.write({ '0003_drop.sql': 'create table other (id int)' })
  expect(await failed()).toMatchObject({ details: { indexes: ['by_id'] } })
  await database.write({ '0003_drop.sql': drop })
  expect((await migrate()).applied).toHaveLength(1)
})
