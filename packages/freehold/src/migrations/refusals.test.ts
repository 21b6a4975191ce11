import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus } from './index.js'
import { requireSupported } from './records.js'

let database: ServiceDatabase
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
  await database.write({ '0001_things.sql': 'create table things (id int)', '0002_ours.sql': 'select 1' })
  await migrateService(database)
})
afterEach(() => database.drop())

const failure = () => migrateService(database).catch((thrown: unknown) => thrown)

describe('branches that met name both files:', () => {
  test('another branch was applied under the number of a file', async () => {
    await rm(join(database.directory, '0002_ours.sql'))
    await database.write({ '0002_theirs.sql': 'select 2', '0003_more.sql': 'select 3' })
    const error = await failure()
    expect(error).toMatchObject({
      code: 'FREEHOLD_MIGRATION_NUMBER_TAKEN',
      fix: 'Merge the branch that has 0002_ours.sql, and rename 0002_theirs.sql to 0004_theirs.sql.',
    })
    expect(String(error)).toMatch(/0002_theirs\.sql has the number of 0002_ours\.sql/)
  })

  test('two files have one number', async () => {
    await database.write({ '0002_theirs.sql': 'select 2' })
    const error = await failure()
    expect(error).toMatchObject({
      code: 'FREEHOLD_MIGRATION_NUMBERING',
      fix: expect.stringContaining(
        '0002_theirs.sql to 0003_theirs.sql, or 0002_ours.sql to 0003_ours.sql',
      ) as string,
    })
  })

  test('a file comes before one that was applied', async () => {
    await rename(join(database.directory, '0002_ours.sql'), join(database.directory, '0003_ours.sql'))
    await database.write({ '0002_theirs.sql': 'select 2' })
    await database.admin.query('update freehold.migrations set number = 3 where number = 2')
    expect(await failure()).toMatchObject({
      code: 'FREEHOLD_MIGRATION_OUT_OF_ORDER',
      message: expect.stringMatching(/0002_theirs\.sql was never applied, and 0003_ours\.sql/) as string,
      fix: expect.stringContaining('0004_theirs.sql') as string,
    })
  })
})

describe('what the owner has no right to names who has:', () => {
  test.each([
    ['create extension file_fdw', 'administrator'],
    ['create role somebody', 'administrator'],
    ['create database other', 'administrator'],
    ['alter system set work_mem to 1', 'administrator'],
    ['create schema other', 'administrator'],
    ["copy things from '/etc/passwd'", 'administrator'],
    ['create publication every for all tables', 'administrator'],
    ['alter table things owner to freehold_platform', 'platform'],
    ['create event trigger t on ddl_command_end execute function pg_notify()', 'platform'],
    ['grant freehold_platform to current_user', 'platform'],
    ['create table freehold.mine (id int)', 'service'],
  ])('%s', async (statement, ask) => {
    await database.write({ '0003_beyond.sql': `insert into things values (1);\n${statement}` })
    const error = await failure()
    expect(error).toMatchObject({ code: 'FREEHOLD_MIGRATION_NEEDS_RIGHTS', details: { ask, line: 2 } })
    expect((await migrationStatus(database)).pending).toHaveLength(1)
  })
})

test('a file that changes while the run is under way is not run', async () => {
  await database.write({
    '0003_first.sql': 'create table first (id int)',
    '0004_second.sql': 'create table second (id int)',
  })
  const path = join(database.directory, '0004_second.sql')
  const changing: Promise<void>[] = []
  const run = migrateService({
    ...database,
    onProgress(progress) {
      if (progress.kind === 'applying') changing.push(writeFile(path, 'create table changed (id int)'))
    },
  })
  await expect(run).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_CHANGED', details: { file: path } })
  await Promise.all(changing)
  expect((await migrationStatus(database)).applied).toHaveLength(3)
  expect((await migrateService(database)).applied).toHaveLength(1)
})

test('a server that is older than what is supported is refused', () => {
  expect(() => requireSupported(database.service, 140_019)).toThrow(/PostgreSQL 14\. Nothing was run/)
  expect(() => requireSupported(database.service, 150_000)).not.toThrow()
})

test('a label of an enum may be used in the file that adds it', async () => {
  await database.write({
    '0003_label.sql': `create type mood as enum ('glad');
alter type mood add value 'calm';
create table moods (mood mood not null default 'calm')`,
    '0004_unused.sql': "alter type mood add value 'sad'; create table other (id int)",
  })
  expect((await migrateService(database)).applied).toHaveLength(2)
})
