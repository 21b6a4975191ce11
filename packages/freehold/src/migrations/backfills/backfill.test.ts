import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { serviceDatabase, type ServiceDatabase } from '../../../test/service-database.js'
import { migrateService, migrationStatus, type MigrationProgress } from '../index.js'

const script = fileURLToPath(new URL('../../../test/migrate-process.mjs', import.meta.url))

let database: ServiceDatabase
let qualified: string
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
  qualified = `${database.service.schema}.things`
})
afterEach(() => database.drop())

/** A run in a process of its own that kills itself at a query; it ends by itself when it sends fewer. */
async function killedAt(at: number, when: 'before' | 'sent'): Promise<void> {
  const { system, service, url, directory } = database
  const options = JSON.stringify({ system, service, url, directory })
  const child = spawn(process.execPath, [script, options, JSON.stringify({ at, when })], { stdio: 'ignore' })
  await once(child, 'close')
}

test('touches each row exactly once, however often it is killed', async () => {
  let round = 0
  const kill = fc.record({
    at: fc.integer({ min: 6, max: 40 }),
    when: fc.constantFrom('before' as const, 'sent' as const),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      fc.array(kill, { maxLength: 2 }),
      async (keys, batch, kills) => {
        round += 1
        await database.admin.query(
          `drop table if exists ${qualified}; delete from freehold.migrations; delete from freehold.migration_steps; delete from freehold.migration_backfills`,
        )
        await rm(join(database.directory, '0001_fill.sql'), { force: true })
        await database.write({
          '0001_fill.sql': `create table things (id int primary key, touched int not null default 0);
insert into things (id) select unnest('{${keys.join(',')}}'::int[]);
-- freehold: backfill things by id in batches of ${batch}
update things set touched = touched + 1 where id between $1 and $2;
create table after_${round} (id int)`,
        })
        for (const { at, when } of kills) await killedAt(at, when)
        await migrateService(database)
        const { rows } = await database.admin.query(`select id, touched from ${qualified} order by id`)
        expect(rows).toEqual(keys.toSorted((a, b) => a - b).map((id) => ({ id, touched: 1 })))
      },
    ),
    { numRuns: 12 },
  )
}, 300_000)

test.each([
  ['uuid', 'gen_random_uuid()'],
  ['text collate "C"', "md5(n::text) || ' \\''"],
  ['timestamptz', "'2026-01-01 00:00:00.000001+00'::timestamptz + n * interval '1.000001 s'"],
  ['numeric', 'n / 7.0'],
  ['char(12)', "lpad(n::text, 10, '0')"],
  ['double precision', 'sqrt(n)'],
])('follows a key of type %s', async (type, value) => {
  await database.write({
    '0001_fill.sql': `create table things ("the Key" ${type} not null unique, touched int not null default 0);
insert into things ("the Key") select ${value.replace("\\'", "''")} from generate_series(1, 100) as n;
-- freehold: backfill things by "the Key" in batches of 7
update things set touched = touched + 1 where "the Key" between $1 and $2`,
  })
  await migrateService(database)
  const { rows } = await database.admin.query(
    `select count(*)::int as rows from ${qualified} where touched = 1`,
  )
  expect(rows).toEqual([{ rows: 100 }])
})

const things =
  'create table things (id int primary key, note int, maybe int unique); insert into things select n, 0, n from generate_series(1, 200) as n'

test('tells how far it is, and keeps to its rate', async () => {
  await database.write({ '0001_things.sql': things })
  await migrateService(database)
  await database.admin.query(`analyze ${qualified}`)
  await database.write({
    '0002_fill.sql':
      '-- freehold: backfill things by id in batches of 50 at most 200 rows a second\nupdate things set note = 1 where id between $1 and $2',
  })
  const told: MigrationProgress[] = []
  const startedAt = performance.now()
  await migrateService({ ...database, onProgress: (progress) => told.push(progress) })
  expect(performance.now() - startedAt).toBeGreaterThan(900)
  const seen = told.flatMap((progress) => (progress.kind === 'backfilling' ? [progress] : []))
  expect(seen.map(({ rowsDone }) => rowsDone)).toEqual([50, 100, 150, 200])
  expect(seen.at(-1)).toMatchObject({ estimatedRows: 200, etaMs: 0 })
  expect(seen.at(-1)?.rowsPerSecond).toBeLessThan(270)
})

test('is mended after a batch that failed, and goes on there', async () => {
  const file = (divisor: string) =>
    `-- freehold: backfill things by id in batches of 50\nupdate things set note = note + 100 / ${divisor} where id between $1 and $2`
  await database.write({ '0001_things.sql': things, '0002_fill.sql': file('(id - 120)') })
  await expect(migrateService(database)).rejects.toMatchObject({
    code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY',
    details: { sqlstate: '22012' },
  })
  expect((await migrationStatus(database)).pending).toMatchObject([
    { number: 2, backfills: [{ step: 1, rowsDone: 100, batches: 2 }] },
  ])
  await database.write({ '0002_fill.sql': file('1').replace('by id', 'by maybe') })
  await expect(migrateService(database)).rejects.toThrow(/done in part by an earlier run/)
  await database.write({ '0002_fill.sql': file('1') })
  await migrateService(database)
  const { rows } = await database.admin.query(
    `select count(*)::int as rows from ${qualified} where note = 100`,
  )
  expect(rows).toEqual([{ rows: 100 }])
})

describe('a directive is refused with its place:', () => {
  const update = 'update things set note = 1 where id between $1 and $2'
  test.each([
    [
      'a word that is missing',
      `-- freehold: backfill things id in batches of 5\n${update}`,
      1,
      30,
      'Expected "by"',
    ],
    [
      'no number',
      `select 1;\n  -- freehold: backfill things by id in batches of many\n${update}`,
      2,
      52,
      'a number of rows',
    ],
    ['no rows', `-- freehold: backfill things by id in batches of 0\n${update}`, 1, 50, 'from 1 to'],
    [
      'more after it',
      `-- freehold: backfill things by id in batches of 5 at most 9 rows a second please\n${update}`,
      1,
      76,
      'end of the line',
    ],
    ['an end too early', `-- freehold: backfill things by\n${update}`, 1, 32, 'the name of its key'],
    [
      'two of them',
      `-- freehold: backfill things by id in batches of 5\n-- freehold: backfill things by id in batches of 6\n${update}`,
      2,
      1,
      'one backfill',
    ],
    [
      'nothing after it',
      'select 1;\n-- freehold: backfill things by id in batches of 5\n',
      2,
      14,
      'must follow',
    ],
    [
      'a query after it',
      '-- freehold: backfill things by id in batches of 5\nselect $1, $2',
      1,
      14,
      'must follow',
    ],
    [
      'no parameters',
      '-- freehold: backfill things by id in batches of 5\nupdate things set note = 1',
      1,
      14,
      '$1 and $2',
    ],
    [
      'a third parameter',
      `-- freehold: backfill things by id in batches of 5\n${update} and note = $3`,
      1,
      14,
      '$1 and $2',
    ],
  ])('%s', async (_, sql, line, column, says) => {
    await database.write({ '0001_things.sql': things, '0002_fill.sql': sql })
    const error = await migrateService(database).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'FREEHOLD_MIGRATION_BACKFILL', details: { line, column } })
    expect(String(error)).toContain(says)
    expect((await migrationStatus(database)).applied).toEqual([])
  })

  test.each([
    ['no such table', 'others', 'id', 'there is no table others'],
    ['no such column', 'things', 'key', 'has no column key'],
    ['a key that is not unique', 'things', 'note', 'no unique index'],
    ['a key that may be null', 'things', 'maybe', 'may be null'],
  ])('%s', async (_, table, key, says) => {
    await database.write({
      '0001_things.sql': things,
      '0002_fill.sql': `-- freehold: backfill ${table} by ${key} in batches of 5\n${update}`,
    })
    const error = await migrateService(database).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'FREEHOLD_MIGRATION_BACKFILL' })
    expect(String(error)).toContain(says)
  })
})
