import { historyFunctionOf, platformRole } from '@freehold/manifest'
import type pg from 'pg'
import { drift } from './drift.js'
import { type ExpectedDatabase, expectedRecords, expectedRegistry, expectedSchemas } from './expected.js'
import { expectedFunctions } from './functions.js'
import type { Change } from './plan.js'
import { nothing, platformPartsIn, platformScripts, type PlatformPart } from './platform-scripts.js'

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
  const has = exists ? await platformPartsIn(client) : nothing
  const missing = Object.entries(platformScripts)
    .filter(([part]) => !has[part as PlatformPart])
    .map(([, { object, sql }]): Change => ({
      action: 'create',
      ...where,
      object,
      summary: 'is missing',
      sql: sql(),
    }))
  return [
    ...(await drift(
      client,
      'schemas',
      [json(expectedSchemas(database.services)), platformRole, owned],
      where,
    )),
    ...missing,
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
    await client.query(`create schema if not exists freehold;\n${platformScripts.registry.sql()}`)
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
