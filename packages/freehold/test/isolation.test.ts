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
    'a temporary table': 'create temporary table t (x int)',
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
      { service: shop.billing, kind: 'app' },
      shop.billing,
      'insert into invoices (amount) values (100)',
    )
  })
  afterAll(() => shop.remove())

  const forbidden: Record<string, string> = {
    'reading its rows': 'select from %s%.invoices',
    'writing its rows': 'insert into %s%.invoices (amount) values (1)',
    'locking its tables': 'begin; lock table %s%.invoices',
    'reading its log': 'select from %s%.audit_log',
    'a foreign key to it': 'create table spy (id uuid references %s%.invoices (id))',
    'a table in its schema': 'create table %s%.intruder (x int)',
    'dropping its schema': 'drop schema %s% cascade',
    'its role': 'set role %s%_owner',
    'its guard': "select freehold.add_log_column('invoices', 'x', 'text'), 1/0 from %s%.invoices",
    'a trigger on its table':
      'create trigger spy after insert on %s%.invoices for each row execute function freehold.keep_version()',
    'its history writer': 'select freehold.%s%__invoices__history()',
  }

  it.each(Object.entries(forbidden))(
    'is refused %s of its neighbour, as app and as migrator',
    async (_name, statement) => {
      for (const kind of kinds) {
        const code = await attempt(
          await shop.url(kind, shop.orders),
          statement.replaceAll('%s%', shop.billing),
        )
        expect([kind, code]).toEqual([kind, expect.stringMatching(/^(42501|42883)$/)])
      }
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
})
