import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  defineService,
  defineSystem,
  mutable,
  databasePerService,
  platformRole,
  rolesOf,
  type Service,
  type System,
} from '@freehold/manifest'
import pg from 'pg'
import { historyObjects, historyTables } from '../src/migrations/history-objects.js'
import { drift } from '../src/provisioning/drift.js'
import { expectedRecords } from '../src/provisioning/expected.js'
import { sqlFile } from '../src/provisioning/sql-files.js'

/** A database with what the runner needs and nothing more: the runner is tested apart from the guards. */
export interface ServiceDatabase {
  readonly system: System
  readonly service: Service
  readonly url: string
  readonly directory: string
  /** A superuser's, in the same database. */
  readonly admin: pg.Client
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>
  drop(): Promise<void>
}

/** Makes a database, its roles and a folder for migrations; `drop` removes them. */
export async function serviceDatabase(serverUrl: string): Promise<ServiceDatabase> {
  const name = `m${randomBytes(5).toString('hex')}`
  const service = defineService({ name, database: `${name}_db`, owns: { things: mutable() } })
  const system = defineSystem({ name: `${name}-system`, strategy: databasePerService(), services: [service] })
  const server = new pg.Client(serverUrl)
  await server.connect()
  await makeRoles(server, service)
  await server.query(`create database ${service.database}`)
  const admin = new pg.Client(withDatabase(serverUrl, service.database))
  await admin.connect()
  await makeSchemas(admin, service)
  const directory = await mkdtemp(join(tmpdir(), 'freehold-migrations-'))
  const { migrator } = rolesOf(service)
  return {
    system,
    service,
    directory,
    admin,
    url: withDatabase(serverUrl, service.database, migrator),
    async write(files) {
      await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(directory, file), text)))
    },
    async drop() {
      await admin.end()
      await server.query(`drop database ${service.database} with (force)`)
      for (const role of [rolesOf(service).migrator, rolesOf(service).owner])
        await server.query(`drop role ${role}`)
      await server.end()
      await rm(directory, { recursive: true })
    },
  }
}

async function makeRoles(server: pg.Client, service: Service): Promise<void> {
  const { owner, migrator } = rolesOf(service)
  await server.query(
    `do $$ begin create role freehold_platform; exception when duplicate_object or unique_violation then null; end $$`,
  )
  await server.query(`create role ${owner}`)
  await server.query(`create role ${migrator} login password 'secret' connection limit 2`)
  await server.query(`grant ${owner} to ${migrator}`)
  await server.query(`alter role ${migrator} set role to ${owner}`)
  await server.query(`alter role ${migrator} set search_path to ${service.schema}`)
}

async function makeSchemas(admin: pg.Client, service: Service): Promise<void> {
  const { owner, migrator } = rolesOf(service)
  await admin.query(`create schema freehold authorization freehold_platform`)
  await admin.query(historyObjects())
  await admin.query(`grant usage on schema freehold to ${owner}, ${migrator}`)
  const records = expectedRecords([service]).filter(({ name }) =>
    historyTables.some((table) => table === name),
  )
  const where = { server: 'test', database: service.database }
  for (const { sql } of await drift(admin, 'records', [JSON.stringify(records), platformRole], where))
    await admin.query(sql)
  await admin.query(`create schema ${service.schema} authorization ${owner}`)
  const { vault, app } = rolesOf(service)
  await admin.query(
    `create table freehold.service (name text, schema_name text, owner_role text, vault_role text, migrator_role text, app_role text)`,
  )
  await admin.query(
    `insert into freehold.service (name, schema_name, owner_role, vault_role, migrator_role, app_role)
     values ($1, $2, $3, $4, $5, $6)`,
    [service.name, service.schema, owner, vault, migrator, app],
  )
  for (const name of ['service_of_session', 'migration_blockers', 'migration_run']) {
    await admin.query(sqlFile(`functions/${name}.sql`))
  }
  await admin.query(`create table freehold.guarded (service text)`)
  await admin.query(
    `create function freehold.guard(service text) returns void security definer language sql
       as 'insert into freehold.guarded (service) values ($1)'`,
  )
  await admin.query(
    `create function freehold.withdraw_grants(service text) returns integer language sql as 'select 0'`,
  )
}

function withDatabase(url: string, database: string, user?: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  if (user !== undefined) {
    changed.username = user
    changed.password = 'secret'
  }
  return changed.href
}
