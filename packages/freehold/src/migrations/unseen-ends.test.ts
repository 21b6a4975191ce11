import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { groundwork } from '../../test/hard-migrations.js'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus, resolveStatement, type MigrationProgress } from './index.js'

let database: ServiceDatabase
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
  await database.write({ '0001_groundwork.sql': groundwork })
  await migrateService(database)
})
afterEach(() => database.drop())

const told: MigrationProgress[] = []
const migrate = () => {
  told.length = 0
  return migrateService({ ...database, onProgress: (progress) => told.push(progress) })
}
const recovered = () => told.flatMap((progress) => (progress.kind === 'recovering' ? [progress.verdict] : []))

/** The file, and the journal as a run leaves it that dies while the first statement runs. */
async function begun(statement: string): Promise<void> {
  await database.write({ '0002_begun.sql': `${statement};\nselect 1` })
  await database.admin.query(
    `insert into freehold.migration_journal (service, number, step, checksum, event, tool_version)
     values ($1, 2, 1, $2, 'begun', '0.1.0')`,
    [database.service.name, createHash('sha256').update(statement).digest()],
  )
}
const asOwner = (sql: string) =>
  database.admin.query(
    `set search_path to ${database.service.schema}; set role ${database.service.name}_owner; ${sql}; reset role; reset search_path`,
  )
const indexes = async () => {
  const { rows } = await database.admin.query<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index join pg_class on pg_class.oid = indexrelid
     where relnamespace = $1::regnamespace and not indisprimary and not relispartition order by 1`,
    [database.service.schema],
  )
  return rows.map(({ name }) => name.replace(/^.*\./, ''))
}

test('status shows that a statement was begun and that its end is open', async () => {
  await begun('vacuum people')
  const { pending } = await migrationStatus(database)
  expect(pending).toMatchObject([{ number: 2, statementsDone: 0, attempts: [{ step: 1, event: 'begun' }] }])
})

describe('an index', () => {
  const statement =
    "create unique index concurrently /* c */ named on people using btree (lower(name) text_pattern_ops desc, id) include (note) where mood = 'glad'"

  test('that is there as the statement has it is done', async () => {
    await begun(statement)
    await asOwner(statement.replace('concurrently', ''))
    await migrate()
    expect(recovered()).toEqual(['done'])
  })

  test.each([
    ['another order', (sql: string) => sql.replace('desc', 'asc')],
    ['another condition', (sql: string) => sql.replace("mood = 'glad'", "mood = 'sad'")],
    ['not unique', (sql: string) => sql.replace('unique', '')],
    ['another operator class', (sql: string) => sql.replace('text_pattern_ops', '')],
    ['another column beside', (sql: string) => sql.replace('include (note)', 'include (touched)')],
  ])('of the same name but %s is not taken for it', async (_, change) => {
    await begun(statement)
    await asOwner(change(statement).replace('concurrently', ''))
    await expect(migrate()).rejects.toMatchObject({
      code: 'FREEHOLD_MIGRATION_UNDECIDED',
      details: { statement: 1, line: 1 },
    })
    await asOwner('drop index named')
    await migrate()
    expect(recovered()).toEqual(['run'])
    expect(await indexes()).toContain('named')
  })
})

test('an index that was to be dropped and is gone is not dropped again', async () => {
  await begun('drop index concurrently people_by_mood')
  await asOwner('drop index people_by_mood')
  await migrate()
  expect(recovered()).toEqual(['done'])
})

test('a partition that is half detached is detached to the end', async () => {
  await begun('alter table readings detach partition readings_old concurrently')
  await database.admin.query('update pg_inherits set inhdetachpending = true where inhrelid = $1::regclass', [
    `${database.service.schema}.readings_old`,
  ])
  await migrate()
  expect(recovered()).toEqual(['done'])
  expect(
    (
      await database.admin.query(
        "select from pg_inherits where inhrelid::regclass::text like '%readings_old'",
      )
    ).rows,
  ).toEqual([])
})

test('copies that an interrupted REINDEX CONCURRENTLY left are dropped', async () => {
  await begun('reindex table concurrently people')
  await asOwner(
    'create index people_by_mood_ccnew on people (mood); create index people_by_note_ccold1 on people (note)',
  )
  await database.admin.query(
    "update pg_index set indisvalid = false where indexrelid::regclass::text ~ '_cc(new|old)'",
  )
  await migrate()
  expect(await indexes()).toEqual(['people_by_mood', 'people_by_note'])
})

describe('a statement whose effect the catalog does not show', () => {
  const statement = 'alter system reset work_mem'
  beforeEach(() => begun(statement))

  test('stops the run, which names it and how to go on', async () => {
    const error = await migrate().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'FREEHOLD_MIGRATION_UNDECIDED',
      fix: expect.stringContaining(`freehold migrate resolve ${database.service.name} 2 1 --done`) as string,
    })
  })

  test('counts as done when somebody says so', async () => {
    await resolveStatement({ ...database, number: 2, step: 1, found: 'done' })
    expect((await migrate()).applied).toHaveLength(1)
    const again = resolveStatement({ ...database, number: 2, step: 1, found: 'done' })
    await expect(again).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_NOTHING_TO_RESOLVE' })
  })

  test('runs when somebody says so', async () => {
    await resolveStatement({ ...database, number: 2, step: 1, found: 'again' })
    await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_NEEDS_RIGHTS' })
  })

  test('may not be rewritten before its end is known', async () => {
    await database.write({ '0002_begun.sql': 'vacuum people' })
    await expect(migrate()).rejects.toThrow(/statement 1 was begun by an earlier run, with another text/)
  })
})
