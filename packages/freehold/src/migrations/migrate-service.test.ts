import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isFreeholdError } from '@freehold/manifest/errors'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { queryTap } from '../../test/query-tap.js'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus, newMigration } from './index.js'

let database: ServiceDatabase
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
})
afterEach(() => database.drop())

const migrate = () => migrateService(database)
const tables = async () => {
  const { rows } = await database.admin.query<{ relname: string }>(
    `select relname from pg_class where relnamespace = $1::regnamespace and relkind = 'r' order by 1`,
    [database.service.schema],
  )
  return rows.map(({ relname }) => relname)
}

test('applies files in order, each once, as the owner, and records them', async () => {
  await database.write({
    '0002_second.sql': "alter table things add column note text default 'ü;€'; -- ; not a statement",
    '0001_first.sql': '\uFEFFcreate table things (id int);\r\ninsert into things values (1);\r\n',
  })
  const report = await migrate()
  expect(report.applied.map(({ fileName }) => fileName)).toEqual(['0001_first.sql', '0002_second.sql'])
  expect((await migrate()).applied).toEqual([])
  const { rows } = await database.admin.query('select * from ' + database.service.schema + '.things')
  expect(rows).toEqual([{ id: 1, note: 'ü;€' }])
  const records = await database.admin.query(
    'select service, number, name, tool_version, server_version > 150000 as server from freehold.migrations order by 2',
  )
  const { name: service } = database.service
  expect(records.rows).toEqual([
    { service, number: 1, name: 'first', tool_version: '0.1.0', server: true },
    { service, number: 2, name: 'second', tool_version: '0.1.0', server: true },
  ])
  const owner = await database.admin.query(`select tableowner from pg_tables where tablename = 'things'`)
  expect(owner.rows).toEqual([{ tableowner: `${service}_owner` }])
  expect((await database.admin.query('select service from freehold.guarded')).rows).toEqual([
    { service },
    { service },
  ])
})

test('takes line endings for no edit', async () => {
  await database.write({ '0001_first.sql': 'create table things (id int);\n' })
  await migrate()
  await database.write({ '0001_first.sql': 'create table things (id int);\r\n' })
  expect((await migrate()).applied).toEqual([])
})

describe('refuses by name, before anything runs:', () => {
  beforeEach(async () => {
    await database.write({ '0001_first.sql': 'create table things (id int);', '0002_second.sql': 'select 1' })
    await migrate()
    await database.write({ '0003_third.sql': 'create table never (id int)' })
  })
  const pathOf = (file: string) => join(database.directory, file)
  const cases: Record<string, { change: () => Promise<void>; code: string; file: string; says?: string }> = {
    'an edited file': {
      change: () => database.write({ '0001_first.sql': 'create table things (id bigint);' }),
      code: 'FREEHOLD_MIGRATION_EDITED',
      file: '0001_first.sql',
    },
    'a missing file': {
      change: async () => {
        await rm(pathOf('0002_second.sql'))
        await rm(pathOf('0003_third.sql'))
      },
      code: 'FREEHOLD_MIGRATION_MISSING',
      file: '0002_second.sql',
    },
    'a missing file before others': {
      change: () => rm(pathOf('0002_second.sql')),
      code: 'FREEHOLD_MIGRATION_MISSING',
      file: '0002_second.sql',
    },
    'a renamed file': {
      change: () => rename(pathOf('0002_second.sql'), pathOf('0002_zweite.sql')),
      code: 'FREEHOLD_MIGRATION_RENAMED',
      file: '0002_zweite.sql',
      says: 'as 0002_second.sql',
    },
    'a number used twice': {
      change: () => database.write({ '0003_also.sql': 'select 1' }),
      code: 'FREEHOLD_MIGRATION_NUMBERING',
      file: '0003_also.sql',
      says: '0003_third.sql',
    },
    'a gap': {
      change: () => database.write({ '0005_far.sql': 'select 1' }),
      code: 'FREEHOLD_MIGRATION_NUMBERING',
      file: '0005_far.sql',
      says: '0004',
    },
    'a file without a number': {
      change: () => database.write({ 'fix.sql': 'select 1' }),
      code: 'FREEHOLD_MIGRATION_NUMBERING',
      file: 'fix.sql',
    },
    'a file that is not UTF-8': {
      change: () => database.write({ '0004_latin.sql': Buffer.from("select 1;\nselect 'é'", 'latin1') }),
      code: 'FREEHOLD_MIGRATION_UNREADABLE',
      file: '0004_latin.sql:2',
    },
    'a NUL character': {
      change: () => database.write({ '0004_nul.sql': "select 'a\0'" }),
      code: 'FREEHOLD_MIGRATION_UNREADABLE',
      file: '0004_nul.sql:1',
    },
    'UTF-16 with its mark': {
      change: () => database.write({ '0004_wide.sql': Buffer.from('\uFEFFselect 1', 'utf16le') }),
      code: 'FREEHOLD_MIGRATION_UNREADABLE',
      file: '0004_wide.sql:1',
      says: 'is UTF-16',
    },
    'UTF-16 without it': {
      change: () => database.write({ '0004_wide.sql': Buffer.from('select 1', 'utf16le') }),
      code: 'FREEHOLD_MIGRATION_UNREADABLE',
      file: '0004_wide.sql:1',
      says: 'is UTF-16',
    },
    'an empty file': {
      change: () => database.write({ '0004_empty.sql': '' }),
      code: 'FREEHOLD_MIGRATION_EMPTY',
      file: '0004_empty.sql',
    },
    'a file of comments': {
      change: () => database.write({ '0004_empty.sql': '-- soon\n;\n' }),
      code: 'FREEHOLD_MIGRATION_EMPTY',
      file: '0004_empty.sql',
    },
    'SQL that does not parse': {
      change: () => database.write({ '0004_bad.sql': "select '𝄞ü';\n\n  select 𝄞 'x' 1 from from\n" }),
      code: 'FREEHOLD_MIGRATION_SYNTAX',
      file: '0004_bad.sql:3:16:',
      says: "3 |   select 𝄞 'x' 1 from from\n  |                ^",
    },
    'an unfinished string': {
      change: () => database.write({ '0004_bad.sql': "select 1;\nselect 'abc" }),
      code: 'FREEHOLD_MIGRATION_SYNTAX',
      file: '0004_bad.sql:2:8:',
    },
  }
  for (const [what, { change, code, file, says = '' }] of Object.entries(cases)) {
    test(what, async () => {
      await change()
      const error = await migrate().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code })
      expect((error as Error).message).toContain(file)
      expect((error as Error).message).toContain(says)
      expect(await tables()).toEqual(['things'])
    })
  }

  test.each([
    'begin',
    'commit',
    'rollback',
    'end',
    'savepoint a',
    "prepare transaction 'x'",
    'set role x',
    'reset role',
    'set local role none',
    'set session authorization x',
    'reset session authorization',
    'discard all',
    'copy things from stdin',
    'create index concurrently on things (id)',
  ])('%s', async (statement) => {
    await database.write({ '0004_control.sql': `create table never_too (id int);\n ${statement};` })
    const error = await migrate().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'FREEHOLD_MIGRATION_STATEMENT_REFUSED',
      details: { line: 2, column: 2 },
    })
    expect(await tables()).toEqual(['things'])
  })
})

test('names every contradiction at once', async () => {
  await database.write({ '0001_a.sql': 'select 1', '0002_b.sql': 'select 2' })
  await migrate()
  await database.write({ '0001_a.sql': 'select 3', '0002_b.sql': 'select 4' })
  await expect(migrate()).rejects.toThrow(/0001_a\.sql[^]*0002_b\.sql/)
})

test('rolls a failing file back as a whole and says where it failed', async () => {
  await database.write({
    '0001_good.sql': 'create table things (id int)',
    '0002_bad.sql': "create table other (id int);\ninsert into other\n  select 'ü', nothing from things;",
  })
  const error = await migrate().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'FREEHOLD_MIGRATION_FAILED',
    details: { line: 3, column: 15, sqlstate: '42703', statement: 2 },
  })
  expect((error as Error).message).toContain("3 |   select 'ü', nothing from things;\n  |               ^")
  expect(await tables()).toEqual(['things'])
  const status = await migrationStatus(database)
  expect(status.applied.map(({ number }) => number)).toEqual([1])
  expect(status.pending).toMatchObject([{ number: 2, statementsDone: 0 }])
})

test('claims nothing when the transaction cannot commit', async () => {
  await database.write({
    '0001_deferred.sql': `create table things (id int primary key deferrable initially deferred);
      insert into things values (1), (1)`,
  })
  await expect(migrate()).rejects.toMatchObject({
    code: 'FREEHOLD_MIGRATION_FAILED',
    details: { sqlstate: '23505' },
  })
  expect(await tables()).toEqual([])
  expect((await migrationStatus(database)).applied).toEqual([])
})

test('records nothing when a migration took on another role by a way of its own', async () => {
  await database.write({ '0001_sly.sql': "select set_config('role', 'none', false)" })
  await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_FAILED' })
  expect((await migrationStatus(database)).applied).toEqual([])
})

test('lets no setting of a file reach the next one', async () => {
  await database.write({
    '0001_set.sql': 'set search_path to pg_temp; set lock_timeout to 0',
    '0002_table.sql': 'create table things (id int)',
  })
  await migrate()
  expect(await tables()).toEqual(['things'])
})

test('refuses to run as anybody but the owner', async () => {
  await database.write({ '0001_first.sql': 'select 1' })
  const run = migrateService({
    ...database,
    url: inject('serverUrl').replace(/\/[^/]*$/, `/${database.service.database}`),
  })
  await expect(run).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_WRONG_ROLE' })
})

test('says what is missing in a database that was not provisioned', async () => {
  await database.write({ '0001_first.sql': 'create table things (id int)' })
  await database.admin.query('drop function freehold.guard')
  await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_NOT_PROVISIONED' })
  expect(await tables()).toEqual([])
  await database.admin.query('drop schema freehold cascade')
  await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_NOT_PROVISIONED' })
})

test('names the server that it cannot reach, and not the password', async () => {
  await database.write({ '0001_first.sql': 'select 1' })
  const error = await migrateService({
    ...database,
    url: 'postgresql://who:hunter2@127.0.0.1:1/where',
  }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'FREEHOLD_MIGRATION_CONNECTION_FAILED' })
  expect(String(error)).toContain('127.0.0.1:1')
  expect(JSON.stringify(error) + String(error)).not.toContain('hunter2')
})

test('says what opens a server whose pg_hba.conf has no line for the connection', async () => {
  await database.write({ '0001_first.sql': 'select 1' })
  // A line for all databases is none for replication, so this is a way to be without one on any server.
  const run = migrateService({ ...database, url: `${database.url}?replication=true` })
  await expect(run).rejects.toMatchObject({
    code: 'FREEHOLD_MIGRATION_CONNECTION_FAILED',
    fix: expect.stringContaining('`freehold hba` prints the lines that let it in') as string,
  })
})

test('keeps the records of other services out of reach, and its own from being changed', async () => {
  await database.write({ '0001_forge.sql': '' })
  const attempts = {
    "insert into freehold.migrations (service, number, name, checksum, duration_ms, tool_version, server_version) values ('other', 1, 'x', sha256(''), 0, '', 0)":
      '42501',
    'update freehold.migrations set number = 2': '42501',
    'delete from freehold.migrations': '42501',
    'truncate freehold.migrations': '42501',
    "insert into freehold.migrations (applied_at) values (now() - interval '1 year')": '42501',
  }
  for (const [statement, sqlstate] of Object.entries(attempts)) {
    await database.write({ '0001_forge.sql': statement })
    await expect(migrate()).rejects.toMatchObject({ details: { sqlstate } })
  }
  await database.admin.query(
    "insert into freehold.migrations (service, number, name, checksum, duration_ms, tool_version, server_version) values ('other', 1, 'x', sha256(''), 0, '', 0)",
  )
  expect((await migrationStatus(database)).applied).toEqual([])
})

test('makes the file of the next migration, which says nothing until it is written', async () => {
  const { service, directory } = database
  expect(await newMigration({ service, directory, name: 'create_things' })).toBe(
    join(directory, '0001_create_things.sql'),
  )
  await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_EMPTY' })
  expect(await newMigration({ service, directory, name: 'more' })).toMatch(/0002_more\.sql$/)
  for (const name of ['', 'Äpfel', '../x', 'a b', 'a__b', '_a', 'x'.repeat(101)]) {
    const error = await newMigration({ service, directory, name }).catch((thrown: unknown) => thrown)
    expect(isFreeholdError(error, 'FREEHOLD_MIGRATION_NAME')).toBe(true)
  }
})

test('takes one round trip when there is nothing to do', async () => {
  await database.write({ '0001_first.sql': 'create table things (id int)' })
  await migrate()
  const tap = await queryTap(database.url)
  await migrateService({ ...database, url: tap.url })
  await tap.close()
  // With values it is the extended protocol, in which a round trip ends with Sync (S); without, with Query (Q).
  expect(tap.sent.filter((type) => 'SQ'.includes(type))).toEqual(['S'])
})
