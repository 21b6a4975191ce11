import { historyFunctionOf, platformRole } from '@freehold/manifest'
import type pg from 'pg'
import { drift } from './drift.js'
import { type ExpectedDatabase, expectedRecords, expectedRegistry, expectedSchemas } from './expected.js'
import { expectedFunctions } from './functions.js'
import type { Change } from './plan.js'
import {
  nothing,
  platformPartsIn,
  platformScripts,
  type PlatformPart,
  type PlatformScript,
} from './platform-scripts.js'

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
  const owned = database.services.flatMap((service) => Object.keys(service.owns))
  const schemas = JSON.stringify(expectedSchemas(database.services))
  const has = exists ? await platformPartsIn(client) : nothing
  const records = await recordChanges(client, where, database, has)
  const { registered, tables } = await manifestChanges(client, where, database, has)
  return [
    ...(await drift(client, 'schemas', [schemas, platformRole], where)),
    ...(await drift(client, 'grants', [schemas, owned], where)),
    ...missing(has).map(({ object, sql }): Change => {
      return { action: 'create', ...where, object, summary: 'is missing', sql: sql() }
    }),
    ...records,
    ...(await drift(
      client,
      'functions',
      [JSON.stringify(expectedFunctions(database.services)), platformRole, historyFunctions(database)],
      where,
    )),
    ...(await drift(client, 'event_triggers', [], where)),
    ...(await drift(client, 'catalogs', [], where)),
    ...(exists ? await drift(client, 'strangers', [schemas, historyFunctions(database)], where) : []),
    ...registered,
    ...tables,
  ]
}

function missing(has: Readonly<Record<PlatformPart, boolean>>): PlatformScript[] {
  return Object.entries(platformScripts).flatMap(([part, script]) =>
    has[part as PlatformPart] ? [] : [script],
  )
}

/**
 * Who is to own Freehold's own tables, and who may what with them. For those that are missing, all of them are made anew and taken
 * back, with the ones that services use out of the way: scripts would lock these, to change what an older version made.
 */
async function recordChanges(
  client: pg.Client,
  where: Where,
  { services }: ExpectedDatabase,
  has: Readonly<Record<PlatformPart, boolean>>,
): Promise<Change[]> {
  const look = () =>
    drift(client, 'records', [JSON.stringify(expectedRecords(services)), platformRole], where)
  const changes = await look()
  if (missing(has).length === 0) return changes
  const { rows } = await client.query<{ object: string }>(
    `select format('table freehold.%s', relname) as object from pg_class where relnamespace = to_regnamespace('freehold')`,
  )
  const there = new Set(rows.map(({ object }) => object))
  const made = await tried(client, async () => {
    await setAside(client, ['freehold'])
    await client.query('create schema freehold')
    for (const { sql } of missing(nothing)) await client.query(sql())
    return look()
  })
  return [
    ...changes.filter(({ object }) => there.has(object)),
    ...made.filter(({ object }) => !there.has(object)),
  ]
}

/** What these questions read. Their scripts make tables, and change none that services use but the registry. */
const readForTables = ['registry', 'history', 'projections', 'archive'] as const

/**
 * What differs in the records of the manifest, and in the tables that it declares. What follows for tables from a record that is
 * yet to be written belongs to the plan, so it is written and taken back.
 */
async function manifestChanges(
  client: pg.Client,
  where: Where,
  database: ExpectedDatabase,
  has: Readonly<Record<PlatformPart, boolean>>,
): Promise<{ registered: Change[]; tables: Change[] }> {
  return tried(client, async () => {
    const lacking = readForTables.filter((part) => !has[part])
    if (lacking.length > 0) await client.query('create schema if not exists freehold')
    for (const part of lacking) await client.query(platformScripts[part].sql())
    const registered = await registry(client, where, database)
    for (const { sql } of registered) await client.query(sql)
    return { registered, tables: await tableChanges(client, where, database) }
  })
}

/** Does something that is taken back, and keeps what it answered. */
async function tried<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint tried')
  try {
    return await work()
  } finally {
    await client.query('rollback to savepoint tried')
  }
}

function historyFunctions({ services }: ExpectedDatabase): string[] {
  return services.flatMap((service) =>
    Object.keys(service.owns).map((table) => historyFunctionOf(service, table)),
  )
}

function registry(client: pg.Client, where: Where, database: ExpectedDatabase): Promise<Change[]> {
  const { services, tables } = expectedRegistry(database.services)
  const values = [services, tables, database.subscriptions, database.personalEvents].map((value) =>
    JSON.stringify(value),
  )
  return drift(client, 'registry', values, where)
}

async function tableChanges(client: pg.Client, where: Where, database: ExpectedDatabase): Promise<Change[]> {
  const changes: Change[] = []
  for (const { name } of database.services) {
    changes.push(...(await drift(client, 'tables', [name], where)))
    changes.push(...(await drift(client, 'undeclared', [name], where)))
  }
  return changes
}

type Where = Pick<Change, 'server' | 'database'>
