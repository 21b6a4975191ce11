import { afterEach, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop, type Who } from './fixtures/shop.js'

const log = `seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(), at timestamptz not null default clock_timestamp()`

describe('freehold.guard', () => {
  let shop: Shop
  afterEach(() => shop.remove())

  /** What a migration creates, and what guarding it then says. */
  const guard = async (sql: string): Promise<unknown> => {
    shop = await openShop(inject('serverUrl'), 'database-per-service', 'applied')
    const migrator: Who = { service: shop.billing, kind: 'migrator' }
    return shop
      .as(migrator, shop.billing, `begin; ${sql}; select freehold.guard('${shop.billing}'); commit`)
      .then(
        () => 'guarded',
        (error: unknown) => (error instanceof Error ? error.message : error),
      )
  }

  it('reports every table that has the wrong shape at once', async () => {
    const said = await guard(`create table invoices (id uuid, amount integer);
      create table audit_log (seq serial primary key, at timestamptz default now(), action text)`)
    for (const part of [
      'invoices: needs a column "version" integer not null default 1',
      'invoices: needs a column "updated_at" timestamptz not null default now()',
      'invoices: needs a column "id" as its primary key',
      'audit_log: needs a column "seq" bigint generated always as identity',
      'audit_log: needs a column "xid" xid8 not null default pg_current_xact_id()',
      'audit_log: needs a column "at" timestamptz not null default clock_timestamp()',
    ]) {
      expect(said).toContain(part)
    }
  })

  it.each([
    [
      'a type that its owner could alter',
      `create type mood as enum ('good'); create table audit_log (${log}, mood mood)`,
      'of the type',
    ],
    [
      'a default that the vault would run',
      `create function f() returns text language plpgsql as 'begin return 1; end'; create table audit_log (${log}, action text default f())`,
      'depends on function',
    ],
    [
      'a check that the vault would run',
      `create function f(text) returns boolean language plpgsql as 'begin return true; end'; create table audit_log (${log}, action text check (f(action)))`,
      'depends on function',
    ],
    ['a heir', `create table audit_log (${log}); create table heir () inherits (audit_log)`, 'inherits'],
    ['a view in its place', 'create view audit_log as select 1', 'is not a plain table'],
  ])('refuses a log with %s', async (_name, sql, reason) => {
    expect(await guard(sql)).toContain(reason)
  })

  it('takes a trigger that was planted before the handing over out of the log', async () => {
    const said = await guard(`create table audit_log (${log}, action text);
      create function plant() returns trigger language plpgsql as 'begin return null; end';
      create trigger plant before insert on audit_log for each row execute function plant()`)
    expect(said).toBe('guarded')
    await shop.as(
      { service: shop.billing, kind: 'app' },
      shop.billing,
      "insert into audit_log (action) values ('x')",
    )
    expect(
      await shop.as({ service: shop.billing, kind: 'app' }, shop.billing, 'select action from audit_log'),
    ).toEqual([{ action: 'x' }])
    expect(await shop.plan()).toEqual([])
  })

  it('leaves nothing of a migration whose tables it refuses', async () => {
    await guard('create table audit_log (id int)')
    expect(
      await shop.as(
        'administrator',
        shop.billing,
        `select to_regclass('${shop.billing}.audit_log') as found`,
      ),
    ).toEqual([{ found: null }])
  })
})
