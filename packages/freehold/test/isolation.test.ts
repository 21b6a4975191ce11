import { rolesOf, serviceNamed } from '@freehold/manifest'
import pg, { type DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

const kinds = ['app', 'migrator'] as const

async function attempt(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    await client.query(sql)
    return 'done'
  } catch (error) {
    return (error as DatabaseError).code ?? String(error)
  } finally {
    await client.end()
  }
}

/** What is there of the names that the attacks give to what they make, looked for by a superuser. */
const made = `
  select 'relation' as kind from pg_class where relname in ('intruder', 'spy')
  union all select 'function' from pg_proc where proname in ('intruder', 'spy')
  union all select 'trigger' from pg_trigger where tgname in ('intruder', 'spy')
  union all select 'schema' from pg_namespace where nspname = 'intruder'
  union all select 'role' from pg_roles where rolname = 'intruder'
  union all select 'database' from pg_database where datname = 'intruder'
  union all select 'subscription' from pg_subscription where subname = 'intruder'
  union all select 'event trigger' from pg_event_trigger where evtname = 'intruder'
  union all select 'foreign data wrapper' from pg_foreign_data_wrapper where fdwname = 'intruder'
  union all select 'replication slot' from pg_replication_slots where slot_name = 'intruder'
  union all select 'extension' from pg_extension where extname = 'dblink'
  union all select 'setting' from pg_file_settings where name = 'work_mem' and setting = '1GB'
  union all select 'file' from pg_stat_file('/tmp/freehold-intruder', true) where size is not null`

describe('a service under database-per-service', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service')
  })
  afterAll(() => shop.remove())

  it.each(kinds)('enters its own database as %s and no other one of the server', async (kind) => {
    const own = await shop.url(kind, shop.orders)
    expect(await attempt(own, 'select 1')).toBe('done')
    for (const database of [shop.database(shop.billing), 'postgres', 'template1', 'template0']) {
      const url = new URL(own)
      url.pathname = `/${database}`
      expect([database, await attempt(url.href, 'select 1')]).toEqual([
        database,
        database === 'template0' ? '55000' : '42501',
      ])
    }
  })

  const forbidden: Record<string, string> = {
    "the other service's role": 'set role %other%',
    'a grant of its role': 'grant %other% to %app%',
    'a role of its own': 'create role intruder login',
    'a database of its own': 'create database intruder',
    'the server settings': "alter system set work_mem = '1GB'",
    'a program': "copy (select 1) to program 'true'",
    'a file': "copy (select 1) to '/tmp/freehold-intruder'",
    'reading a file': "select pg_read_file('/etc/passwd')",
    'a C function': "create function intruder() returns int language c as 'libc', 'system'",
    'an untrusted extension': 'create extension dblink',
    'a foreign data wrapper': 'create foreign data wrapper intruder',
    'a replication slot': "select pg_create_logical_replication_slot('intruder', 'pgoutput')",
    'a subscription': "create subscription intruder connection 'dbname=postgres' publication p",
    'an event trigger':
      'create event trigger intruder on ddl_command_start execute function freehold.explain_log_ddl()',
    'sessions of others': 'select datname, usename, query from pg_stat_activity',
    'sessions of others by function': 'select * from pg_stat_get_activity(null)',
    'locks of others': 'select * from pg_locks',
    'prepared transactions of others': 'select * from pg_prepared_xacts',
    'the size of others': "select pg_database_size('%otherdb%')",
    passwords: 'select rolpassword from pg_authid',
    'ending sessions of others':
      'select pg_terminate_backend(pid) from pg_stat_activity where usename <> current_user',
    'a temporary table': 'create temporary table intruder (x int)',
    'a schema of its own': 'create schema intruder',
    'a table in public': 'create table public.intruder (x int)',
    'the record of the manifest': "update freehold.owned_table set mutability = 'mutable'",
    'a function of Freehold':
      "create or replace function freehold.keep_version() returns trigger language plpgsql as 'begin return new; end'",
  }

  it.each(Object.entries(forbidden))('is refused %s, as app and as migrator', async (_name, statement) => {
    const other = rolesOf(serviceNamed(shop.system, shop.billing)).owner
    const app = rolesOf(serviceNamed(shop.system, shop.orders)).app
    const sql = statement
      .replaceAll('%other%', other)
      .replaceAll('%app%', app)
      .replaceAll('%otherdb%', shop.database(shop.billing))
    for (const kind of kinds)
      expect([kind, await attempt(await shop.url(kind, shop.orders), sql)]).toEqual([kind, '42501'])
    expect(await shop.as('administrator', shop.orders, made)).toEqual([])
  })

  it('grants nothing when it tries to let another service in', async () => {
    const other = rolesOf(serviceNamed(shop.system, shop.billing)).app
    for (const kind of kinds) {
      // PostgreSQL answers this with a warning and does nothing, so the proof is in the catalog.
      await attempt(
        await shop.url(kind, shop.orders),
        `grant connect on database ${shop.database(shop.orders)} to ${other}`,
      )
    }
    expect(await shop.plan()).toEqual([])
  })
})

describe('a service under shared-database', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), 'shared-database')
    await shop.as(
      { service: shop.orders, kind: 'app' },
      shop.orders,
      "insert into orders (item) values ('x')",
    )
  })
  afterAll(() => shop.remove())

  const forbidden: Record<string, string> = {
    'reading its rows': 'select from %s%.orders',
    'writing its rows': "insert into %s%.orders (item) values ('x')",
    'locking its tables': 'begin; lock table %s%.orders',
    'reading its log': 'select from %s%.audit_log',
    'a foreign key to it': 'create table spy (id uuid references %s%.orders (id))',
    'a table in its schema': 'create table %s%.intruder (x int)',
    'dropping its schema': 'drop schema %s% cascade',
    'its role': 'set role %s%_owner',
    'its guard': "select freehold.guard('%s%')",
    'a trigger on its table':
      'create trigger spy after insert on %s%.orders for each row execute function freehold.keep_version()',
    'its history writer': 'select freehold.%s%__orders__history()',
  }

  it.each(Object.entries(forbidden))(
    'is refused %s of its neighbour, as app and as migrator',
    async (_name, statement) => {
      const sql = statement.replaceAll('%s%', shop.orders)
      for (const kind of kinds)
        expect([kind, await attempt(await shop.url(kind, shop.billing), sql)]).toEqual([kind, '42501'])
      expect(await shop.as('administrator', shop.orders, made)).toEqual([])
      const rows = await shop.as('administrator', shop.orders, `select item from ${shop.orders}.orders`)
      expect(rows).toEqual([{ item: 'x' }])
    },
  )

  it('sees only its own migrations', async () => {
    const rows = await shop.as<{ service: string }>(
      { service: shop.orders, kind: 'migrator' },
      shop.orders,
      'select service from freehold.migrations',
    )
    expect([...new Set(rows.map(({ service }) => service))]).toEqual([shop.orders])
  })

  it('has left nothing that the plan would mend', async () => {
    expect(await shop.plan()).toEqual([])
  })
})
