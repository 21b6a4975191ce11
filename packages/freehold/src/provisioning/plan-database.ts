import { historyFunctionOf, platformRole } from '@freehold/manifest'
import type pg from 'pg'
import { historyObjects } from '../migrations/history-objects.js'
import { drift } from './drift.js'
import { type ExpectedDatabase, expectedRecords, expectedRegistry, expectedSchemas } from './expected.js'
import { expectedFunctions } from './functions.js'
import type { Change } from './plan.js'
import { sqlFile } from './sql-files.js'

/**
 * What differs inside a database. A database that does not exist yet is planned on another one: there, too,
 * everything is missing.
 *
 * @param client - An administrator's connection to the database, or to the one that stands in for it.
 * @param exists - Whether it is the database itself.
 */
export async function planDatabase(
  client: pg.Client,
  server: string,
  database: ExpectedDatabase,
  exists: boolean,
): Promise<Change[]> {
  await client.query('begin')
  try {
    if (!exists) await setAside(client, ['freehold', ...database.services.map(({ schema }) => schema)])
    return await planInside(client, server, database, exists)
  } finally {
    await client.query('rollback')
  }
}

// What the database that stands in has of the same name is not there in the new one.
async function setAside(client: pg.Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select nspname::text as name from pg_namespace where nspname = any ($1::text[])',
    [schemas],
  )
  for (const { name } of rows) await client.query(`alter schema "${name}" rename to "freehold aside ${name}"`)
}

async function planInside(
  client: pg.Client,
  server: string,
  database: ExpectedDatabase,
  exists: boolean,
): Promise<Change[]> {
  const where = { server, database: database.name }
  const json = (value: unknown): string => JSON.stringify(value)
  const owned = database.services.flatMap((service) => Object.keys(service.owns))
  const { rows } = await client.query<{
    registry: boolean
    history: boolean
    segments: boolean
    consumers: boolean
    projections: boolean
    archive: boolean
  }>(
    "select exists (select from pg_attribute where attrelid = to_regclass('freehold.owned_table') and attname = 'partitioned_to') and exists (select from pg_attribute where attrelid = to_regclass('freehold.owned_table') and attname = 'projection') and to_regclass('freehold.subscription') is not null as registry, to_regclass('freehold.migration_runs') is not null as history, to_regclass('freehold.sealing') is not null as segments, to_regclass('freehold.parked_action') is not null as consumers, to_regclass('freehold.projection_build') is not null as projections, to_regclass('freehold.archive') is not null as archive",
  )
  const found = rows[0]
  const has = {
    registry: exists && found?.registry === true,
    history: exists && found?.history === true,
    segments: exists && found?.segments === true,
    consumers: exists && found?.consumers === true,
    projections: exists && found?.projections === true,
    archive: exists && found?.archive === true,
  }
  const script = (object: string, sql: string): Change => ({
    action: 'create',
    ...where,
    object,
    summary: 'is missing',
    sql,
  })
  return [
    ...(await drift(
      client,
      'schemas',
      [json(expectedSchemas(database.services)), platformRole, owned],
      where,
    )),
    ...(has.registry
      ? []
      : [
          script(
            'tables freehold.service, freehold.owned_table, freehold.subscription',
            sqlFile('platform/registry.sql'),
          ),
        ]),
    ...(has.history
      ? []
      : [
          script(
            'tables freehold.migrations, freehold.migration_runs, freehold.migration_steps',
            historyObjects(),
          ),
        ]),
    ...(has.segments
      ? []
      : [
          script(
            'tables freehold.epoch, freehold.segment, freehold.sealing',
            sqlFile('platform/segments.sql'),
          ),
        ]),
    ...(has.consumers
      ? []
      : [
          script(
            'tables freehold.consumer, freehold.consumer_instance, freehold.consumer_lane, freehold.parked_event, freehold.parked_action',
            sqlFile('platform/consumers.sql'),
          ),
        ]),
    ...(has.projections
      ? []
      : [script('table freehold.projection_build', sqlFile('platform/projections.sql'))]),
    ...(has.archive ? [] : [script('table freehold.archive', sqlFile('platform/archive.sql'))]),
    ...(await drift(client, 'records', [json(expectedRecords(database.services)), platformRole], where)),
    ...(await drift(
      client,
      'functions',
      [json(expectedFunctions(database.services)), platformRole, historyFunctions(database)],
      where,
    )),
    ...(await drift(client, 'event_triggers', [], where)),
    ...(await drift(client, 'catalogs', [], where)),
    ...(exists
      ? await drift(
          client,
          'strangers',
          [json(expectedSchemas(database.services)), historyFunctions(database)],
          where,
        )
      : []),
    ...(has.registry
      ? await registry(client, where, database)
      : await emptyRegistry(client, where, database)),
    ...(has.registry && has.projections ? await tables(client, where, database) : []),
  ]
}

function historyFunctions({ services }: ExpectedDatabase): string[] {
  return services.flatMap((service) =>
    Object.keys(service.owns).map((table) => historyFunctionOf(service, table)),
  )
}

function registry(client: pg.Client, where: Where, database: ExpectedDatabase): Promise<Change[]> {
  const { services, tables } = expectedRegistry(database.services)
  const values = [services, tables, database.subscriptions].map((value) => JSON.stringify(value))
  return drift(client, 'registry', values, where)
}

// The question needs the tables that it asks about; they are made for it and rolled back.
async function emptyRegistry(client: pg.Client, where: Where, database: ExpectedDatabase): Promise<Change[]> {
  await client.query('savepoint registry')
  try {
    await client.query(`create schema if not exists freehold;\n${sqlFile('platform/registry.sql')}`)
    return await registry(client, where, database)
  } finally {
    await client.query('rollback to savepoint registry')
  }
}

async function tables(client: pg.Client, where: Where, database: ExpectedDatabase): Promise<Change[]> {
  const changes: Change[] = []
  for (const { name } of database.services) {
    changes.push(...(await drift(client, 'tables', [name], where)))
    changes.push(...(await drift(client, 'undeclared', [name], where)))
  }
  return changes
}

type Where = Pick<Change, 'server' | 'database'>
