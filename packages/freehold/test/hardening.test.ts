import type { DatabaseError } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop, type Who } from './fixtures/shop.js'

const log = `seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(), at timestamptz not null default clock_timestamp()`

describe('a malicious migration', () => {
  let shop: Shop

  const migrator = (): Who => ({ service: shop.billing, kind: 'migrator' })
  const guarded = async (sql: string): Promise<unknown> =>
    shop.as(migrator(), shop.billing, `begin; ${sql}; select freehold.guard('${shop.billing}'); commit`).then(
      () => 'guarded',
      (error: unknown) => (error as DatabaseError).message,
    )

  describe('that plants something in a log', () => {
    beforeAll(async () => {
      shop = await openShop(inject('serverUrl'), 'database-per-service', 'applied')
    })
    // What is refused is the migration's own still, so that it can be dropped.
    afterEach(() =>
      shop.as(
        migrator(),
        shop.billing,
        'drop table audit_log; drop operator if exists ### (text, text); drop domain if exists d; drop function if exists f(text), g(text, text); drop type if exists shape; drop collation if exists mine',
      ),
    )
    afterAll(() => shop.remove())

    const f = "create function f(text) returns boolean language plpgsql immutable as 'begin return true; end'"

    it.each([
      [
        'an operator of its own',
        `${f}; create function g(text, text) returns boolean language plpgsql as 'begin return true; end'; create operator ### (leftarg = text, rightarg = text, function = g); create table audit_log (${log}, action text check (action ### 'x'))`,
      ],
      [
        'a domain in a check',
        `${f}; create domain d as text check (f(value)); create table audit_log (${log}, action text check ((action::d) is not null))`,
      ],
      [
        'a function that runs SQL',
        `create table audit_log (${log}, note text default query_to_xml('select 1', true, true, '')::text)`,
      ],
      [
        'another that does',
        `create table audit_log (${log}, action text check (ts_rewrite('a'::tsquery, 'select ''b''::tsquery, ''c''::tsquery') is not null))`,
      ],
      [
        'statistics of an expression',
        `${f}; create table audit_log (${log}, action text); create statistics st on (f(action)), at from audit_log`,
      ],
      [
        'an index of an expression',
        `${f}; create table audit_log (${log}, action text); create index on audit_log ((f(action)))`,
      ],
      [
        'positions that are set',
        `create table audit_log (${log}, action text check (setval('audit_log_seq_seq', 900) > 0))`,
      ],
      [
        'a type that can be dropped with it',
        'create type shape as (seq bigint, xid xid8, at timestamptz, action text); create table audit_log of shape',
      ],
      [
        'a collation that can be dropped with it',
        `create collation mine (provider = libc, locale = 'C'); create table audit_log (${log}, action text collate mine)`,
      ],
      [
        'positions that repeat',
        `create table audit_log (seq bigint generated always as identity (maxvalue 5 cycle) primary key, xid xid8 not null default pg_current_xact_id(), at timestamptz not null default clock_timestamp())`,
      ],
      [
        'no key',
        `create table audit_log (seq bigint generated always as identity, xid xid8 not null default pg_current_xact_id(), at timestamptz not null default clock_timestamp())`,
      ],
      ['partitions', `create table audit_log (${log}) partition by range (seq)`],
    ])('cannot hand a log with %s to the vault', async (_name, sql) => {
      expect(await guarded(sql)).not.toBe('guarded')
      // Without the guard, the plan names it and apply leaves it alone: whatever it plants never runs as the vault.
      await shop.as(migrator(), shop.billing, sql)
      await shop.apply()
      const owners = await shop.as<{ owner: string }>(
        'administrator',
        shop.billing,
        `select pg_get_userbyid(relowner) as owner from pg_class where oid = '${shop.billing}.audit_log'::regclass`,
      )
      expect(owners).toEqual([{ owner: `${shop.billing}_owner` }])
      expect(await shop.plan()).toContainEqual(
        expect.objectContaining({ action: 'problem', object: `${shop.billing}.audit_log` }),
      )
    })
  })

  describe('that attacks in another way', () => {
    afterEach(() => shop.remove())

    it('cannot hand a log with forged rows to the vault', async () => {
      shop = await openShop(inject('serverUrl'), 'database-per-service', 'applied')
      const said = await guarded(
        `create table audit_log (${log}, action text); insert into audit_log (at, action) values ('2001-01-01', 'forged')`,
      )
      expect(said).toContain('has rows that the database did not stamp')
    })

    it('cannot give the app the positions of a log', async () => {
      shop = await openShop(inject('serverUrl'), 'database-per-service', 'applied')
      const said = await guarded(
        `create table audit_log (${log}, action text); grant all on sequence audit_log_seq_seq to %`.replace(
          '%',
          'current_user',
        ),
      )
      expect(said).toBe('guarded')
      const app = shop.as(
        { service: shop.billing, kind: 'app' },
        shop.billing,
        "select setval('audit_log_seq_seq', 1, false)",
      )
      await expect(app).rejects.toMatchObject({ code: '42501' })
      const owner = shop.as(migrator(), shop.billing, "select setval('audit_log_seq_seq', 1, false)")
      await expect(owner).rejects.toMatchObject({ code: '42501' })
    })

    it('cannot guard while it does not see what others have committed', async () => {
      shop = await openShop(inject('serverUrl'), 'database-per-service', 'applied')
      const guard = shop.as(
        migrator(),
        shop.billing,
        `begin isolation level repeatable read; select freehold.guard('${shop.billing}')`,
      )
      await expect(guard).rejects.toThrow('must see what others have committed')
    })

    it("cannot guard another service's tables", async () => {
      shop = await openShop(inject('serverUrl'), 'shared-database')
      await expect(
        shop.as(migrator(), shop.billing, `select freehold.guard('${shop.orders}')`),
      ).rejects.toMatchObject({ code: '42501' })
    })

    it('cannot write a history through a trigger of its own, or through a renamed table', async () => {
      shop = await openShop(inject('serverUrl'), 'database-per-service')
      const owner: Who = { service: shop.orders, kind: 'migrator' }
      const backdate = `create function zz() returns trigger language plpgsql as 'begin new.updated_at := ''2001-01-01''; return new; end';
        create trigger zz before insert on orders for each row execute function zz()`
      await shop.as(owner, shop.orders, backdate)
      await expect(
        shop.as(owner, shop.orders, "insert into orders (item) values ('x')"),
      ).rejects.toMatchObject({ code: '23514' })
      await shop.as(
        owner,
        shop.orders,
        'drop trigger zz on orders; alter table orders rename to orders_old; alter table orders_old disable trigger freehold_keep_version',
      )
      await expect(
        shop.as(owner, shop.orders, "insert into orders_old (item, version) values ('x', 42)"),
      ).rejects.toMatchObject({ code: '42501' })
    })

    it('cannot make a log anew without the plan noticing', async () => {
      shop = await openShop(inject('serverUrl'), 'database-per-service')
      const name = `${shop.billing}.audit_log`
      await shop.as('administrator', shop.billing, `drop table ${name}`)
      expect(await shop.plan()).toContainEqual(
        expect.objectContaining({
          action: 'problem',
          object: name,
          summary: expect.stringContaining('does not exist'),
        }),
      )
      await shop.as(migrator(), shop.billing, `create table audit_log (${log}, action text not null)`)
      expect(await shop.plan()).toContainEqual(
        expect.objectContaining({
          action: 'problem',
          object: name,
          summary: expect.stringContaining('created anew'),
        }),
      )
    })
  })
})
