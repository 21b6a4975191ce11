import { setTimeout as sleep } from 'node:timers/promises'
import { rolesOf } from '@freehold/manifest'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, migrationStatus } from './index.js'

const lockTimeoutMs = 1_500

let database: ServiceDatabase
let reader: pg.Client
beforeEach(async () => {
  database = await serviceDatabase(inject('serverUrl'))
  await database.admin.query(`alter role ${rolesOf(database.service).migrator} connection limit 5`)
  await database.write({ '0001_things.sql': 'create table things (id int)' })
  await migrateService(database)
  reader = new pg.Client(database.url)
  await reader.connect()
  await reader.query('begin')
  await reader.query('select id from things /* a long report */')
})
afterEach(async () => {
  await reader.end()
  await database.drop()
})

const migrate = (attempts: number) => migrateService({ ...database, limits: { lockTimeoutMs, attempts } })
const pidOf = (client: pg.Client) => Reflect.get(client, 'processID') as number

test.each([
  { how: 'in one transaction', sql: 'alter table things add column note text', done: undefined },
  { how: 'step by step', sql: 'vacuum things;\nalter table things add column note text', done: [1] },
])('a long reader stops a migration $how in bounded time, and is named', async ({ sql, done }) => {
  await database.write({ '0002_alter.sql': sql })
  const startedAt = performance.now()
  const error = await migrate(2).catch((thrown: unknown) => thrown)
  expect(performance.now() - startedAt).toBeLessThan(20_000)
  expect(error).toMatchObject({
    code: 'FREEHOLD_MIGRATION_BLOCKED',
    details: {
      sqlstate: '55P03',
      blockers: [
        {
          pid: pidOf(reader),
          state: 'idle in transaction',
          query: expect.stringContaining('a long report') as string,
        },
      ],
      ...(done && { done }),
    },
  })
  expect(String(error)).toContain(`server process ${pidOf(reader)}`)
  expect((await migrationStatus(database)).pending).toMatchObject([
    { number: 2, statementsDone: done?.length ?? 0 },
  ])
  await reader.query('rollback')
  expect((await migrate(1)).applied).toHaveLength(1)
})

test('others read the table between two attempts, and none waits longer than one', async () => {
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  const waits: number[] = []
  const run = migrate(3).catch((thrown: unknown) => thrown)
  let ended = false
  void run.then(() => (ended = true))
  while (!ended) {
    const startedAt = performance.now()
    await database.admin.query(`select id from ${database.service.schema}.things`)
    waits.push(performance.now() - startedAt)
    await sleep(20)
  }
  expect(await run).toMatchObject({ code: 'FREEHOLD_MIGRATION_BLOCKED' })
  // Some of them queued behind the ALTER TABLE; else the test has shown nothing.
  const longest = Math.max(...waits)
  expect(longest).toBeGreaterThan(lockTimeoutMs / 4)
  expect(longest).toBeLessThan(lockTimeoutMs * 3)
})

test('the statement of a session that is not of the service is not told', async () => {
  await reader.query('rollback')
  await database.admin.query(`begin; select id from ${database.service.schema}.things`)
  await database.write({ '0002_alter.sql': 'alter table things add column note text' })
  const error = await migrate(1).catch((thrown: unknown) => thrown)
  await database.admin.query('rollback')
  expect(error).toMatchObject({ details: { blockers: [{ pid: pidOf(database.admin), query: null }] } })
})
