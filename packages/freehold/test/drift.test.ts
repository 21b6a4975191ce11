import { rolesOf, serviceNamed } from '@freehold/manifest'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

/** What somebody did by hand: the statements, and what the plan must call it. */
type Drift = (names: {
  schema: string
  owner: string
  vault: string
  migrator: string
  app: string
  other: string
  database: string
}) => {
  sql: string
  object: string | RegExp
  summary: RegExp
}

const drifts: Record<string, Drift> = {
  'a role made superuser': ({ app }) => ({
    sql: `alter role ${app} superuser`,
    object: `role ${app}`,
    summary: /is a superuser/,
  }),
  'a role that may create roles': ({ app }) => ({
    sql: `alter role ${app} createrole`,
    object: `role ${app}`,
    summary: /may create roles/,
  }),
  'a role that bypasses row security': ({ app }) => ({
    sql: `alter role ${app} bypassrls`,
    object: `role ${app}`,
    summary: /bypasses/,
  }),
  'an owner that may log in': ({ owner }) => ({
    sql: `alter role ${owner} login`,
    object: `role ${owner}`,
    summary: /may log in/,
  }),
  'a connection limit lifted': ({ app }) => ({
    sql: `alter role ${app} connection limit -1`,
    object: `role ${app}`,
    summary: /connection limit/,
  }),
  'a member of the vault': ({ vault, app }) => ({
    sql: `grant ${vault} to ${app}`,
    object: `role ${vault}`,
    summary: new RegExp(`${app} is a member`),
  }),
  'a member of another service': ({ owner, other }) => ({
    sql: `grant ${owner} to ${other}`,
    object: `role ${owner}`,
    summary: new RegExp(`${other} is a member`),
  }),
  'a member of a predefined role': ({ app }) => ({
    sql: `grant pg_read_all_data to ${app}`,
    object: 'role pg_read_all_data',
    summary: new RegExp(app),
  }),
  'an administrator of the owner': ({ owner, migrator }) => ({
    sql: `grant ${owner} to ${migrator} with admin option`,
    object: `role ${owner}`,
    summary: /is a member/,
  }),
  'a search_path of its own': ({ app }) => ({
    sql: `alter role ${app} set search_path = public`,
    object: `role ${app}`,
    summary: /search_path/,
  }),
  'a setting in one database': ({ app, database }) => ({
    sql: `alter role ${app} in database ${database} set work_mem = '1GB'`,
    object: `role ${app}`,
    summary: /work_mem.*in database/,
  }),
  'CONNECT for another service': ({ database, other }) => ({
    sql: `grant connect on database ${database} to ${other}; grant temporary on database ${database} to ${other}`,
    object: `database ${database}`,
    summary: new RegExp(`${other} has`),
  }),
  'CONNECT for PUBLIC': ({ database }) => ({
    sql: `grant connect on database ${database} to public`,
    object: `database ${database}`,
    summary: /PUBLIC has/,
  }),
  'a database with another owner': ({ database, owner }) => ({
    sql: `alter database ${database} owner to ${owner}`,
    object: `database ${database}`,
    summary: /owner is/,
  }),
  'a schema with another owner': ({ schema, owner }) => ({
    sql: `alter schema ${schema} owner to ${owner}`,
    object: `schema ${schema}`,
    summary: /owner is/,
  }),
  'CREATE on the schema for the app': ({ schema, app }) => ({
    sql: `grant create on schema ${schema} to ${app}`,
    object: `schema ${schema}`,
    summary: /has CREATE/,
  }),
  'the public schema opened': () => ({
    sql: 'grant usage, create on schema public to public',
    object: 'schema public',
    summary: /PUBLIC has/,
  }),
  'a default privilege widened': ({ schema, owner, other }) => ({
    sql: `alter default privileges for role ${owner} in schema ${schema} grant select on tables to ${other}`,
    object: `default privileges of ${owner}`,
    summary: new RegExp(`${other} gets SELECT on new tables`),
  }),
  'a default privilege given back to PUBLIC': ({ owner }) => ({
    sql: `alter default privileges for role ${owner} grant execute on functions to public`,
    object: `default privileges of ${owner}`,
    summary: /PUBLIC gets EXECUTE/,
  }),
  'a language opened': () => ({
    sql: 'grant usage on language plpgsql to public',
    object: 'language plpgsql',
    summary: /PUBLIC has USAGE/,
  }),
  'a language that the owner has not': ({ owner }) => ({
    sql: `revoke usage on language sql from ${owner}`,
    object: 'language sql',
    summary: new RegExp(`${owner} has USAGE`),
  }),
  'a function of the service for another one': ({ schema, other, owner }) => ({
    sql: `create function ${schema}.told() returns integer language sql as 'select 1'; alter function ${schema}.told() owner to ${owner}; revoke execute on function ${schema}.told() from public; grant execute on function ${schema}.told() to ${other}`,
    object: `function ${schema}.told()`,
    summary: new RegExp(`${other} has EXECUTE`),
  }),
  'a function of the service that its app may pass on': ({ schema, app, owner }) => ({
    sql: `create function ${schema}.heard() returns integer language sql as 'select 1'; alter function ${schema}.heard() owner to ${owner}; revoke execute on function ${schema}.heard() from public; grant execute on function ${schema}.heard() to ${app} with grant option`,
    object: `function ${schema}.heard()`,
    summary: new RegExp(`${app} may pass on EXECUTE`),
  }),
  'a catalog view opened': () => ({
    sql: 'grant select on pg_catalog.pg_stat_activity to public',
    object: 'catalog views about other sessions',
    summary: /pg_stat_activity/,
  }),
  'an extra grant on a log': ({ schema, app }) => ({
    sql: `grant update on ${schema}.order_history to ${app}`,
    object: `${schema}.order_history`,
    summary: /has UPDATE/,
  }),
  'a column grant that permits backdating': ({ schema, app }) => ({
    sql: `grant insert (at) on ${schema}.audit_log to ${app}`,
    object: `${schema}.audit_log`,
    summary: /has INSERT on at/,
  }),
  'a grant with grant option': ({ schema, app }) => ({
    sql: `grant select on ${schema}.orders to ${app} with grant option`,
    object: `${schema}.orders`,
    summary: /may pass on SELECT/,
  }),
  'a grant taken away': ({ schema, app }) => ({
    sql: `revoke update on ${schema}.orders from ${app}`,
    object: `${schema}.orders`,
    summary: /lacks UPDATE/,
  }),
  'a log with another owner': ({ schema, owner }) => ({
    sql: `alter table ${schema}.audit_log owner to ${owner}`,
    object: `${schema}.audit_log`,
    summary: /owner is/,
  }),
  'a mutable table given to the app': ({ schema, app }) => ({
    sql: `alter table ${schema}.orders owner to ${app}`,
    object: `${schema}.orders`,
    summary: /owner is/,
  }),
  'a disabled trigger': ({ schema }) => ({
    sql: `alter table ${schema}.audit_log disable trigger freehold_refuse_change`,
    object: `${schema}.audit_log`,
    summary: /freehold_refuse_change is disabled/,
  }),
  'a trigger for replicas only': ({ schema }) => ({
    sql: `alter table ${schema}.orders enable replica trigger freehold_keep_version`,
    object: `${schema}.orders`,
    summary: /for replicas only/,
  }),
  'a dropped trigger': ({ schema }) => ({
    sql: `drop trigger freehold_history on ${schema}.orders`,
    object: `${schema}.orders`,
    summary: /freehold_history is missing/,
  }),
  'a trigger replaced by one that does less': ({ schema }) => ({
    sql: `drop trigger freehold_keep_version on ${schema}.orders; create trigger freehold_keep_version before insert on ${schema}.orders for each row execute function freehold.keep_version()`,
    object: `${schema}.orders`,
    summary: /not as it should be/,
  }),
  'a foreign trigger on a log': ({ schema }) => ({
    sql: `create function ${schema}.f() returns trigger language plpgsql as 'begin return null; end'; revoke execute on function ${schema}.f() from public; create trigger swallow before insert on ${schema}.audit_log for each row execute function ${schema}.f()`,
    object: `${schema}.audit_log`,
    summary: /has a trigger "swallow"/,
  }),
  'a rule on a log': ({ schema }) => ({
    sql: `create rule hush as on update to ${schema}.audit_log do instead nothing`,
    object: `${schema}.audit_log`,
    summary: /has a rule "hush"/,
  }),
  'row security off': ({ schema }) => ({
    sql: `alter table ${schema}.audit_log disable row level security`,
    object: `${schema}.audit_log`,
    summary: /row level security is off/,
  }),
  'a permissive policy': ({ schema }) => ({
    sql: `create policy anything on ${schema}.audit_log for update using (true)`,
    object: `${schema}.audit_log`,
    summary: /has a policy "anything"/,
  }),
  'an unlogged log': ({ schema }) => ({
    sql: `alter table ${schema}.audit_log set unlogged`,
    object: `${schema}.audit_log`,
    summary: /is unlogged/,
  }),
  'a guard function replaced': () => ({
    sql: "create or replace function freehold.keep_version() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as 'begin return new; end'",
    object: 'function freehold.keep_version',
    summary: /not the one/,
  }),
  'a history writer replaced': ({ schema }) => ({
    sql: `create or replace function freehold.${schema}__orders__history() returns trigger language plpgsql security definer as 'begin return null; end'`,
    object: `${schema}.orders`,
    summary: /does not write the history/,
  }),
  'guard() opened to the app': ({ app }) => ({
    sql: `grant execute on function freehold.guard to ${app}`,
    object: 'function freehold.guard',
    summary: new RegExp(`${app} has EXECUTE`),
  }),
  'the manifest record changed': ({ schema }) => ({
    sql: `update freehold.owned_table set mutability = 'mutable', log_kind = null, key_column = 'seq' where service = '${schema}' and table_name = 'audit_log'`,
    object: `manifest record of ${schema}.audit_log`,
    summary: /immutable, audit/,
  }),
  'a record of an event with something personal': ({ schema }) => ({
    sql: `insert into freehold.personal_event (service, type, purpose, fields) values ('${schema}', '${schema}.made.v1', 'mail', '{name}')`,
    object: `manifest record of ${schema}`,
    summary: /nothing of .*\.made\.v1 is personal any more/,
  }),
  'the migration record opened': ({ app }) => ({
    sql: `grant update on freehold.migrations to ${app}`,
    object: 'table freehold.migrations',
    summary: new RegExp(`${app} has UPDATE`),
  }),
  'the event trigger disabled': () => ({
    sql: 'alter event trigger freehold_explain_log_ddl disable',
    object: 'event trigger freehold_explain_log_ddl',
    summary: /not enabled/,
  }),
  'a parameter granted': ({ app }) => ({
    sql: `grant set on parameter session_replication_role to ${app}`,
    object: 'parameter session_replication_role',
    summary: new RegExp(`${app} has SET`),
  }),
  'a password that ends': ({ app }) => ({
    sql: `alter role ${app} valid until '2020-01-01'`,
    object: `role ${app}`,
    summary: /ends at 2020/,
  }),
  'a setting of the database': ({ database }) => ({
    sql: `alter database ${database} set default_transaction_read_only = on`,
    object: `database ${database}`,
    summary: /default_transaction_read_only/,
  }),
  'a schema of the app': ({ app }) => ({
    sql: `create schema ${app}_hole authorization ${app}`,
    object: /_hole$/,
    summary: /owner is/,
  }),
  'a trigger of a stranger on a mutable table': ({ schema }) => ({
    sql: `create or replace function ${schema}.swallow() returns trigger language plpgsql as 'begin return null; end'; revoke execute on function ${schema}.swallow() from public; create trigger zzz before insert on ${schema}.parcels for each row execute function ${schema}.swallow()`,
    object: `${schema}.parcels`,
    summary: /has a trigger "zzz"/,
  }),
  'row security that hides every row': ({ schema }) => ({
    sql: `alter table ${schema}.parcels enable row level security`,
    object: `${schema}.parcels`,
    summary: /no policy lets a row through/,
  }),
  'positions opened to the app': ({ schema, app }) => ({
    sql: `grant update on sequence ${schema}.audit_log_seq_seq to ${app}`,
    object: `${schema}.audit_log`,
    summary: /has UPDATE on/,
  }),
  'parked events that may be deleted': ({ app }) => ({
    sql: `grant delete on freehold.parked_event to ${app}`,
    object: 'table freehold.parked_event',
    summary: /has DELETE/,
  }),
  'what was done to parked events that may be rewritten': ({ app }) => ({
    sql: `grant update (who) on freehold.parked_action to ${app}`,
    object: 'table freehold.parked_action',
    summary: /has UPDATE on who/,
  }),
  'cursors that cannot be moved': ({ app }) => ({
    sql: `revoke update (position) on freehold.consumer_lane from ${app}`,
    object: 'table freehold.consumer_lane',
    summary: /may UPDATE/,
  }),
  'instances that cannot be forgotten': ({ app }) => ({
    sql: `revoke delete on freehold.consumer_instance from ${app}`,
    object: 'table freehold.consumer_instance',
    summary: /may DELETE/,
  }),
  'positions drawn beforehand': ({ schema }) => ({
    sql: `alter sequence ${schema}.audit_log_seq_seq cache 20`,
    object: `${schema}.audit_log`,
    summary: /20 numbers at a time/,
  }),
  'the vault robbed of its own right': ({ schema, vault }) => ({
    sql: `revoke insert on ${schema}.order_history from ${vault}`,
    object: `${schema}.order_history`,
    summary: /lacks rights/,
  }),
  'a history writer opened': ({ schema, owner }) => ({
    sql: `grant execute on function freehold.${schema}__orders__history() to ${owner}`,
    object: `${schema}.orders`,
    summary: /may call freehold/,
  }),
  'a stranger in the schema freehold': () => ({
    sql: "create function freehold.evil__history() returns void language sql as 'select 1'",
    object: /evil__history/,
    summary: /none of Freehold/,
  }),
  'an overload of a guard': () => ({
    sql: "create function freehold.guard(text, text) returns void language sql as 'select 1'",
    object: /guard\(text,text\)/,
    summary: /none of Freehold/,
  }),
  'an event trigger with other tags': () => ({
    sql: "drop event trigger freehold_refuse_casts; create event trigger freehold_refuse_casts on ddl_command_start when tag in ('CREATE VIEW') execute function freehold.refuse_casts()",
    object: 'event trigger freehold_refuse_casts',
    summary: /is missing/,
  }),
  'a file function for the app': ({ app }) => ({
    sql: `grant execute on function pg_catalog.pg_read_file(text) to ${app}`,
    object: /pg_read_file/,
    summary: new RegExp(`${app} has EXECUTE`),
  }),
  'a catalog of passwords for the app': ({ app }) => ({
    sql: `grant select on pg_catalog.pg_authid to ${app}`,
    object: 'catalog pg_authid',
    summary: new RegExp(`${app} has SELECT`),
  }),
  'a cast that the vault would call': () => ({
    sql: "create type public.own as (x int); create function public.own_json(public.own) returns json language sql as 'select null::json'; create cast (public.own as json) with function public.own_json(public.own)",
    object: /^cast \(/,
    summary: /rights of the vault/,
  }),
  'a policy on the record of migrations': () => ({
    sql: 'create policy open on freehold.migrations using (true)',
    object: 'table freehold.migrations',
    summary: /has a policy "open"/,
  }),
  'a policy of our records that is gone': () => ({
    sql: 'drop policy own_service on freehold.consumer_lane',
    object: 'table freehold.consumer_lane',
    summary: /policy own_service is missing/,
  }),
  'a policy of our records that shows all rows': () => ({
    sql: 'alter policy own_service on freehold.segment using (true)',
    object: 'table freehold.segment',
    summary: /policy own_service is not as it should be/,
  }),
  'a policy of our records that takes any row': () => ({
    sql: 'alter policy own_service on freehold.migrations with check (true)',
    object: 'table freehold.migrations',
    summary: /policy own_service is not as it should be/,
  }),
  'a policy of our records that is for somebody': ({ app }) => ({
    sql: `alter policy own_service on freehold.subscription to ${app}`,
    object: 'table freehold.subscription',
    summary: /policy own_service is not as it should be/,
  }),
  'a password changed by hand': ({ app }) => ({
    sql: `alter role ${app} password 'guessable'`,
    object: `credentials of ${app}`,
    summary: /another password/,
  }),
}

const named = (expected: string | RegExp, actual: string): boolean =>
  typeof expected === 'string' ? expected === actual : expected.test(actual)

const names = (shop: Shop): Parameters<Drift>[0] => {
  const service = serviceNamed(shop.system, shop.orders)
  const other = rolesOf(serviceNamed(shop.system, shop.billing)).app
  return { schema: service.schema, ...rolesOf(service), other, database: shop.database(shop.orders) }
}

/** These take away what others would be seen on, so that they are never made together with them. */
const hidesOthers =
  /manifest record|log with another owner|table given to the app|for replicas only|setting of the database/

/** One by one costs half a second each: on the older server, those that are seen all at once are not repeated. */
const oneByOne = Object.entries(drifts).filter(
  ([name]) => process.env['FREEHOLD_TEST_POSTGRES'] === undefined || hidesOthers.test(name),
)

describe('drift under database-per-service', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service')
  })
  afterAll(() => shop.remove())

  it('finds nothing on a system that is as the manifest says, however often it is asked', async () => {
    for (let round = 0; round < 3; round += 1) expect(await shop.plan()).toEqual([])
  })

  it.each(oneByOne)('names and repairs %s', async (_name, drift) => {
    const { sql, object, summary } = drift(names(shop))
    await shop.as('administrator', shop.orders, sql)
    const changes = await shop.plan()
    expect(changes).toContainEqual(
      expect.objectContaining({
        object: expect.stringMatching(object) as unknown,
        summary: expect.stringMatching(summary) as unknown,
      }),
    )
    // Applying ends by planning again, and fails when anything is left.
    await shop.apply(changes)
  })

  it('names and repairs what is missing on a table that also has the wrong shape', async () => {
    const table = `${serviceNamed(shop.system, shop.orders).schema}.parcels`
    const administrator = (sql: string) => shop.as('administrator', shop.orders, sql)
    await administrator(
      `drop trigger freehold_keep_version on ${table}; alter table ${table} alter column version drop not null`,
    )
    const changes = await shop.plan()
    expect(changes).toMatchObject([
      { object: table, action: 'problem', summary: expect.stringContaining('"version"') as unknown },
      { object: table, summary: 'trigger freehold_keep_version is missing' },
      { object: table, summary: expect.stringContaining('freehold_keep_version is not enabled') as unknown },
    ])
    await shop.apply(changes)
    expect(await shop.plan()).toHaveLength(1)
    await administrator(`alter table ${table} alter column version set not null`)
  })

  it('leaves to a service which of its own functions its app may call', async () => {
    const { schema } = serviceNamed(shop.system, shop.orders)
    const { owner, app } = rolesOf(serviceNamed(shop.system, shop.orders))
    const made = `set role ${owner};
      create function ${schema}.twice(integer) returns integer language sql immutable as 'select 2 * $1';
      grant execute on function ${schema}.twice(integer) to ${app}; reset role`
    await shop.as('administrator', shop.orders, made)
    expect(await shop.plan()).toEqual([])
    const call = `select ${schema}.twice(21) as twice`
    expect(await shop.as({ service: shop.orders, kind: 'app' }, shop.orders, call)).toEqual([{ twice: 42 }])
    await shop.as('administrator', shop.orders, `drop function ${schema}.twice(integer)`)
  })

  it('brings the records of seals up to date that an earlier release made', async () => {
    const administrator = (sql: string) => shop.as('administrator', shop.orders, sql)
    await administrator(`
      drop table freehold.sealing;
      alter table freehold.epoch drop column foreign_to, add column foreign_seqs int8multirange not null default '{[1,3),[5,8)}';
      insert into freehold.epoch (service, log, number, system_identifier, database_oid, timeline, first_position, snapshot)
      values ('${shop.orders}', 'audit_log', 1, 1, 1, 1, 1, '5:5:')`)
    const changes = await shop.plan()
    expect(changes).toMatchObject([
      { object: expect.stringContaining('freehold.sealing') as unknown, summary: 'is missing' },
      { object: 'table freehold.sealing', summary: expect.stringContaining('owner is') as unknown },
    ])
    expect(await shop.apply(changes)).toHaveLength(2)
    expect(await administrator('select foreign_to from freehold.epoch')).toEqual([{ foreign_to: '7' }])
    await administrator('delete from freehold.epoch')
  })

  it.each([
    ['witness', "('audit', 'events', 'history')"],
    ['erasure', "('audit', 'events', 'history', 'witness')"],
  ])('lets logs of the kind %s into the registry that an earlier release made', async (kind, known) => {
    const administrator = (sql: string) => shop.as('administrator', shop.orders, sql)
    await administrator(`
      alter table freehold.owned_table
        drop constraint owned_table_log_kind_check,
        add constraint owned_table_log_kind_check check (log_kind in ${known})`)
    const changes = await shop.plan()
    expect(changes).toMatchObject([{ object: expect.stringContaining('freehold.owned_table') as unknown }])
    await shop.apply(changes)
    expect(await shop.plan()).toEqual([])
    const kept = `update freehold.owned_table set log_kind = '${kind}' where table_name = 'audit_log'`
    await administrator(`begin; ${kept}; rollback`)
    await expect(administrator(kept.replace(kind, 'gossip'))).rejects.toThrow('log_kind_check')
  })

  it('finds nothing at the end', async () => {
    expect(await shop.plan()).toEqual([])
  })
})

describe('drift under shared-database', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), 'shared-database')
  })
  afterAll(() => shop.remove())

  it('names all of it at once, and repairs it in one go', async () => {
    expect(await shop.plan()).toEqual([])
    const all = Object.entries(drifts).filter(([name]) => !hidesOthers.test(name))
    for (const [, drift] of all) await shop.as('administrator', shop.orders, drift(names(shop)).sql)
    const changes = await shop.plan()
    const missed = all.filter(([, drift]) => {
      const { object, summary } = drift(names(shop))
      return !changes.some((change) => named(object, change.object) && summary.test(change.summary))
    })
    expect(missed.map(([name]) => name)).toEqual([])
    await shop.apply(changes)
    expect(await shop.plan()).toEqual([])
  })
})
