import type { DatabaseError } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop, type Who } from './fixtures/shop.js'

/** What an attack does to the log `order_history` or `audit_log`, and the SQLSTATE that each attacker must get. */
interface Attack {
  readonly sql: string
  readonly app: string
  readonly migrator: string
  readonly superuser?: string
}

const refused = { app: '42501', migrator: '42501', superuser: '23001' }
const forRoles = { app: '42501', migrator: '42501' }

const attacks: Record<string, Attack> = {
  UPDATE: { sql: "update audit_log set action = 'forged'", ...refused },
  'UPDATE of no row': { sql: "update audit_log set action = 'forged' where false", ...forRoles },
  DELETE: { sql: 'delete from audit_log', ...refused },
  TRUNCATE: { sql: 'truncate audit_log', ...refused },
  'TRUNCATE of a parent': { sql: 'truncate parcels cascade', ...refused },
  'MERGE that updates': {
    sql: "merge into audit_log using (select 1) x on true when matched then update set action = 'forged'",
    ...refused,
  },
  'MERGE that deletes': {
    sql: 'merge into audit_log using (select 1) x on true when matched then delete',
    ...refused,
  },
  'ON CONFLICT DO UPDATE': {
    sql: "insert into audit_log (seq, action) overriding system value values (1, 'x') on conflict (seq) do update set action = 'forged'",
    ...refused,
  },
  'UPDATE in a CTE': {
    sql: "with x as (update audit_log set action = 'forged' returning 1) select from x",
    ...refused,
  },
  'SELECT FOR UPDATE': { sql: 'select from audit_log for update', ...forRoles },
  'a cascade from a parent': {
    sql: 'delete from parcels',
    app: '23001',
    migrator: '23001',
    superuser: '23001',
  },
  'DROP TABLE': { sql: 'drop table audit_log', ...forRoles },
  'DROP TABLE CASCADE with others': { sql: 'drop table parcels, audit_log cascade', ...forRoles },
  'DROP SCHEMA': { sql: 'drop schema %schema% cascade', ...forRoles },
  'DROP OWNED': { sql: 'drop owned by %vault% cascade', ...forRoles },
  'REASSIGN OWNED': { sql: 'reassign owned by %vault% to %owner%', ...forRoles },
  'ALTER COLUMN TYPE USING': {
    sql: "alter table audit_log alter column action type text using 'forged'",
    ...forRoles,
  },
  'DROP COLUMN': { sql: 'alter table audit_log drop column action', ...forRoles },
  RENAME: { sql: 'alter table audit_log rename to elsewhere', ...forRoles },
  'SET SCHEMA': { sql: 'alter table audit_log set schema public', ...forRoles },
  'OWNER TO': { sql: 'alter table audit_log owner to current_user', ...forRoles },
  'SET UNLOGGED': { sql: 'alter table audit_log set unlogged', ...forRoles },
  'DISABLE TRIGGER': { sql: 'alter table audit_log disable trigger all', ...forRoles },
  'DISABLE ROW LEVEL SECURITY': { sql: 'alter table audit_log disable row level security', ...forRoles },
  INHERIT: { sql: 'create table heir () inherits (audit_log)', ...forRoles },
  'CREATE TRIGGER': {
    sql: 'create trigger swallow before insert on audit_log for each row execute function freehold.keep_version()',
    ...forRoles,
  },
  'CREATE RULE': { sql: 'create rule hush as on insert to audit_log do instead nothing', ...forRoles },
  'CREATE POLICY': { sql: 'create policy anything on audit_log for update using (true)', ...forRoles },
  'CREATE INDEX': { sql: 'create unique index one on audit_log (action)', ...forRoles },
  'a shadow in pg_temp': { sql: 'create temporary table audit_log (action text)', ...forRoles },
  'a shadow by search_path and a new schema': { sql: 'create schema shadow', ...forRoles },
  backdating: { sql: "insert into audit_log (action, at) values ('x', '2001-01-01')", ...forRoles },
  'a forged transaction id': { sql: "insert into audit_log (action, xid) values ('x', '3')", ...forRoles },
  'a forged position': {
    sql: "insert into audit_log (seq, action) overriding system value values (-1, 'x')",
    ...forRoles,
  },
  'a forged revision': {
    sql: "insert into order_history (entity_id, version, operation, data) values (gen_random_uuid(), 1, 'insert', '{}')",
    ...forRoles,
  },
  'a position reset': { sql: "select setval('audit_log_seq_seq', 1)", ...forRoles },
  session_replication_role: {
    sql: "set session_replication_role = replica; update audit_log set action = 'forged'",
    ...refused,
  },
  'SET ROLE vault': { sql: 'set role %vault%', ...forRoles },
  'SET SESSION AUTHORIZATION': { sql: 'set session authorization %vault%', ...forRoles },
  'GRANT of the vault': { sql: 'grant %vault% to %app%', ...forRoles },
  'a function replaced': {
    sql: "create or replace function freehold.refuse_log_change() returns trigger language plpgsql as 'begin return new; end'",
    ...forRoles,
  },
  'a cast that the vault would call': {
    sql: 'create type own as (x int); create cast (own as json) with inout',
    app: '42501',
    migrator: '42501',
  },
  'a history writer called by hand': { sql: 'select freehold.%schema%__orders__history()', ...forRoles },
  'COPY FROM': { sql: "copy audit_log (action) from program 'true'", ...forRoles },
  // PostgreSQL answers with a warning and grants nothing, which is why the evidence is looked at afterwards.
  'GRANT by one who may not': { sql: 'grant update on audit_log to %app%', app: '', migrator: '' },
}

const columnAttacks = {
  ...attacks,
  'another log by the guard': { sql: "select freehold.guard('%schema%')", app: '42501', migrator: '' },
}

describe.each(['database-per-service', 'shared-database'] as const)('a log under %s', (strategy) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), strategy)
    const app: Who = { service: shop.orders, kind: 'app' }
    await shop.as(
      app,
      shop.orders,
      "insert into orders (item) values ('chair'), ('table'); update orders set item = 'stool', version = version + 1",
    )
    await shop.as(
      app,
      shop.orders,
      'with p as (insert into parcels default values returning id) select from p',
    )
    await shop.as(app, shop.orders, "insert into audit_log (action, parcel) select 'sent', id from parcels")
    await shop.as(app, shop.orders, "insert into audit_log (action) values ('opened'), ('closed')")
  })
  afterAll(() => shop.remove())

  const evidence = async (): Promise<unknown> => {
    const [logs] = await shop.as<object>(
      'administrator',
      shop.orders,
      `select
         (select json_agg(a order by a.seq) from ${shop.orders}.audit_log a) as audit_log,
         (select json_agg(h order by h.seq) from ${shop.orders}.order_history h) as order_history`,
    )
    return logs
  }

  const attackers = {
    app: (): Who => ({ service: shop.orders, kind: 'app' }),
    migrator: (): Who => ({ service: shop.orders, kind: 'migrator' }),
    superuser: (): Who => 'administrator',
  }

  describe.each(Object.keys(attackers) as (keyof typeof attackers)[])('attacked by its %s', (attacker) => {
    const against = Object.entries(columnAttacks).filter(
      ([, attack]) => (attack as Attack)[attacker] !== undefined,
    )

    it.each(against)('withstands %s', async (_name, attack: Attack) => {
      const before = await evidence()
      const path = attacker === 'superuser' ? `set search_path to ${shop.orders};` : ''
      const sql = attack.sql
        .replaceAll('%schema%', shop.orders)
        .replaceAll('%vault%', `${shop.orders}_vault`)
        .replaceAll('%owner%', `${shop.orders}_owner`)
        .replaceAll('%app%', `${shop.orders}_app`)
      const error = await shop.as(attackers[attacker](), shop.orders, path + sql).then(
        () => ({ code: '' }),
        (thrown: unknown) => thrown as DatabaseError,
      )
      expect(error.code).toBe(attack[attacker])
      expect(await evidence()).toEqual(before)
    })
  })

  it('has lost none of its guards to all of these', async () => {
    expect(await shop.plan()).toEqual([])
  })

  it.each([
    'UPDATE',
    'DELETE',
    'MERGE that updates',
    'ON CONFLICT DO UPDATE',
    'DROP TABLE',
    'DROP COLUMN',
    'RENAME',
    'DISABLE TRIGGER',
    'CREATE RULE',
  ])('names the table and says what to do instead when refusing %s', async (name) => {
    for (const kind of ['app', 'migrator'] as const) {
      const error = await shop
        .as({ service: shop.orders, kind }, shop.orders, attacks[name]?.sql ?? '')
        .catch((thrown: unknown) => thrown as DatabaseError)
      expect(error).toMatchObject({
        code: '42501',
        message: expect.stringContaining(`${shop.orders}.audit_log is a log`),
      })
      expect(error).toMatchObject({ schema: shop.orders, table: 'audit_log' })
      expect((error as DatabaseError).hint).toMatch(/Append a row|add_log_column/)
    }
  })

  it('accepts appended rows, with the time, place and transaction that the database gives them', async () => {
    const app: Who = { service: shop.orders, kind: 'app' }
    const rows = await shop.as<{ seq: string; xid: string; now: boolean }>(
      app,
      shop.orders,
      "insert into audit_log (action) values ('appended') returning seq, xid = pg_current_xact_id() as xid, abs(extract(epoch from at - clock_timestamp())) < 5 as now",
    )
    expect(rows).toMatchObject([{ xid: true, now: true }])
  })

  it('is widened by a nullable column through freehold.add_log_column, and the app may then fill it', async () => {
    const migrator: Who = { service: shop.orders, kind: 'migrator' }
    const app: Who = { service: shop.orders, kind: 'app' }
    await shop.as(migrator, shop.orders, "select freehold.add_log_column('audit_log', 'reason', 'text')")
    await shop.as(
      migrator,
      shop.orders,
      "select freehold.add_log_index('audit_log', 'audit_log_reason', array['reason', 'at'])",
    )
    await shop.as(app, shop.orders, "insert into audit_log (action, reason) values ('widened', 'why not')")
    expect(await shop.plan()).toEqual([])
    for (const sql of [
      "select freehold.add_log_column('orders', 'x', 'text')",
      "select freehold.add_log_column('nothing', 'x', 'text')",
      "select freehold.add_log_column('audit_log', 'x', 'no_such_type')",
      "select freehold.add_log_column('audit_log', 'x', 'varchar(50)')",
      "select freehold.add_log_column('audit_log', 'x', 'numeric(10, 2)[]')",
      "select freehold.add_log_column('audit_log', 'x', 'text default ''forged''')",
      "select freehold.add_log_column('audit_log', 'x', 'integer; drop table orders')",
    ]) {
      await expect(shop.as(migrator, shop.orders, sql)).rejects.toThrow(
        /is not a log|is not one of PostgreSQL's own|has a modifier|syntax error/,
      )
    }
    await expect(
      shop.as(app, shop.orders, "select freehold.add_log_column('audit_log', 'x', 'text')"),
    ).rejects.toMatchObject({ code: '42501' })
  })
})
