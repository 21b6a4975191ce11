import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databasePerService, defineService, defineSystem, immutable, mutable } from '@freehold/manifest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMigrations } from '../../migrations/migration-file.js'
import { lintService } from './lint-service.js'

const service = defineService({
  name: 'shop',
  database: 'shop_db',
  owns: {
    orders: mutable({ history: 'order_history' }),
    order_history: immutable({ kind: 'history' }),
    audit_log: immutable({ kind: 'audit' }),
  },
  migrations: 'shop/migrations',
})
const accounts = defineService({ name: 'auth', database: 'auth_db', owns: { accounts: mutable() } })
const system = defineSystem({
  name: 'lint',
  strategy: databasePerService(),
  services: [service, accounts],
})
const base = `create table orders (id uuid primary key, total bigint, version integer not null default 1);
create table order_history (seq bigint); create table audit_log (seq bigint);`

let root: string
let count = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'freehold-lint-'))
})
afterAll(() => rm(root, { recursive: true }))

/** Lints one migration after the one that made the tables, which a release has. */
async function lint(sql: string, { released = 1, squawk }: { released?: number; squawk?: string } = {}) {
  const folder = `shop${(count += 1)}`
  await mkdir(join(root, folder))
  await writeFile(join(root, folder, '0001_base.sql'), base)
  await writeFile(join(root, folder, '0002_next.sql'), sql)
  const all = released === 0
  const options = {
    system,
    service: { ...service, migrations: folder },
    root,
    all,
    released: await releasedIn(folder, released),
  }
  return lintService({ ...options, ...(squawk !== undefined && { squawk }) })
}

/** The first migrations of a folder, as a release has them; of what cannot be read, none. */
async function releasedIn(folder: string, count: number) {
  return (await readMigrations(join(root, folder))).slice(0, count)
}

async function found(sql: string): Promise<string[]> {
  const { findings } = await lint(sql)
  return findings.map(({ rule, severity, place }) => `${severity} ${rule} ${place?.line}:${place?.column}`)
}

const cases: readonly (readonly [name: string, sql: string, expected: readonly string[]])[] = [
  ['nothing', 'alter table orders add column note text;', []],
  [
    'a contract about something else than what is dropped',
    '-- freehold: contract orders.total after 1 day\nalter table orders drop column version;',
    ['error contract/other-target 2:1'],
  ],
  ['a schema of a neighbour', 'select * from auth.accounts;', ['error ownership/foreign-name 1:1']],
  [
    'a table of a neighbour by its plain name',
    'create table carts (id uuid primary key, owner uuid);\nalter table carts add constraint k foreign key (owner) references accounts (id) not valid;',
    ['warning ownership/undeclared-table 1:14', 'error ownership/foreign-name 2:1'],
  ],
  [
    'a table that nobody declares',
    'create table carts (id uuid);',
    ['warning ownership/undeclared-table 1:14'],
  ],
  ['one for a while', 'create temp table carts (id uuid);', []],
  ['one that becomes another', 'create table carts (id uuid); alter table carts rename to orders;', []],
  ['a part of one', 'create table late partition of orders default;', []],
  ['a name inside of the statement', 'with accounts as (select 1 as a) select a from accounts;', []],
  ['a grant', 'grant select on orders to public;', ['error ownership/platform-statement 1:1']],
  [
    'a function that its own app may call',
    'grant execute on function total(integer) to shop_app;\nrevoke execute on function total(integer) from shop_app;',
    [],
  ],
  [
    'a function that others may call',
    'grant execute on function total(integer) to shop_app, public;',
    ['error ownership/platform-statement 1:1'],
  ],
  [
    "functions that are not the service's own",
    'grant execute on function pg_catalog.pg_read_file(text) to shop_app;\ngrant execute on function freehold.guard(text) to shop_app;\ngrant execute on function pg_read_file(text) to shop_app;\nrevoke execute on procedure auth.f() from shop_app;',
    [
      'error ownership/platform-statement 1:1',
      'error ownership/platform-statement 2:1',
      'error ownership/platform-statement 3:1',
      'error ownership/foreign-name 4:1',
      'error ownership/platform-statement 4:1',
    ],
  ],
  [
    'tables of the server and of Freehold',
    'grant select on pg_catalog.pg_authid to shop_app;\ngrant select on freehold.migrations to shop_app;\ngrant usage on schema freehold to shop_app;',
    [
      'error ownership/platform-statement 1:1',
      'error ownership/platform-statement 2:1',
      'error ownership/platform-table 2:17',
      'error ownership/platform-statement 3:1',
    ],
  ],
  [
    'a function of its own schema, named with it',
    'grant execute on function shop.total(integer) to shop_app;',
    [],
  ],
  [
    'all functions, and the right to pass it on',
    'grant execute on all functions in schema orders to shop_app;\ngrant execute on function f() to shop_app with grant option;',
    ['error ownership/platform-statement 1:1', 'error ownership/platform-statement 2:1'],
  ],
  [
    'an owner and default privileges',
    'alter table orders owner to postgres;\nalter default privileges grant select on tables to public;',
    ['error ownership/platform-statement 2:1'],
  ],
  ['a role', 'create role spy;', ['error ownership/platform-statement 1:1']],
  ['records of the platform', '\ndelete from freehold.migration;', ['error ownership/platform-table 2:13']],
  [
    'a definer without a path',
    "create function f() returns int language sql security definer as 'select 1';",
    ['error ownership/unsafe-definer 1:1'],
  ],
  [
    'a definer with one',
    "create function f() returns int language sql security definer set search_path = pg_catalog as 'select 1';",
    ['warning ownership/security-definer 1:1'],
  ],
  [
    'what a body speaks of',
    "create function f() returns bigint language sql as 'select count(*) from auth.accounts';",
    ['error ownership/foreign-name 1:1'],
  ],
  ['rows of a log', 'update audit_log set seq = 1;', ['error immutable/changed 1:1']],
  [
    'a log that goes',
    'drop table audit_log;',
    ['error immutable/changed 1:1', 'warning contract/not-declared 1:1'],
  ],
  ['a log that is truncated', 'truncate audit_log;', ['error immutable/changed 1:1']],
  ['a log that is altered', 'alter table audit_log add column x text;', ['error immutable/changed 1:1']],
  ['an index of a log', 'create index concurrently i on audit_log (seq);', ['error immutable/changed 1:1']],
  ['what widens a log', "select freehold.add_log_column('audit_log', 'x', 'text');", []],
  [
    'a key into a log',
    'create table bills (seq bigint references audit_log (seq));',
    ['warning ownership/undeclared-table 1:14', 'warning immutable/referenced 1:32'],
  ],
  ['a view of everything', 'create view v as select * from orders;', ['warning view/select-star 1:25']],
  ['a count of everything', 'create view v as select count(*) as n from orders;', []],
  ['a path', 'set local search_path = public;', ['warning session/search-path 1:1']],
  ['a lock', 'lock table orders;', ['warning locking/lock-table 1:1']],
  ['a column that goes', 'alter table orders drop column total;', ['warning contract/not-declared 1:1']],
  [
    'a column that goes when nothing uses it',
    '-- freehold: contract orders.total after 1 day\nalter table orders drop column total;',
    [],
  ],
  ['a table of the same release that goes', 'create table t (id int); drop table t;', []],
  ['a rename', 'alter table orders rename column total to sum;', ['warning contract/rename 1:1']],
  [
    'a default for every row',
    'alter table orders add column k uuid default gen_random_uuid();',
    ['warning rewrite/column-of-every-row 1:31'],
  ],
  ['a default that is the same for all', 'alter table orders add column k timestamptz default now();', []],
  [
    'a stored column',
    'alter table orders add column k bigint generated always as (total * 2) stored;',
    ['warning rewrite/column-of-every-row 1:31'],
  ],
  [
    'a required column',
    'alter table orders add column k bigint not null;',
    ['warning required/no-default 1:31'],
  ],
  [
    'a required column of a new table',
    'create table t (id int); alter table t add column k bigint not null;',
    ['warning ownership/undeclared-table 1:14'],
  ],
  [
    'an index in the way',
    'create index i on orders (total);',
    ['warning squawk/require-concurrent-index-creation 1:1'],
  ],
  ['what nobody can tell of', 'drop subscription s;', ['warning resume/undecided 1:1']],
  ['what the catalog tells of', 'drop index concurrently i;', []],
  ['what the runner refuses', 'create table t (id int);\nbegin;', ['error migration/statement-refused 2:1']],
  [
    'an index without a name',
    'create index concurrently on orders (total);',
    ['error migration/statement-refused 1:1'],
  ],
  ['no SQL', 'select 1;\nselec 2;', ['error migration/syntax 2:1']],
  ['nothing at all', '-- later', ['error migration/empty undefined:undefined']],
]

describe('linting', () => {
  it.each(cases)('%s', async (_, sql, expected) => {
    expect(await found(sql)).toEqual(expected)
  })

  it.each([
    ['uuid default gen_random_uuid()', /set the default in the next statement/],
    ['bigserial', /set the default in the next statement/],
    ['bigint generated always as identity', /make it an identity with/],
    ['bigint generated always as (total * 2) stored', /^Compute it where it is read/],
  ])('says what can be done instead of a column that is %s', async (column, fix) => {
    const { findings } = await lint(`alter table orders add column k ${column};`)
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'rewrite/column-of-every-row', fix: expect.stringMatching(fix) }),
    )
  })

  it('counts characters and not bytes', async () => {
    expect(
      await found("comment on table orders is '📦 é';\ndelete from /* 📦 */ freehold.migration;"),
    ).toEqual(['error ownership/platform-table 2:21'])
  })

  it('leaves out what a release has, unless it is asked for', async () => {
    const sql = 'lock table orders;'
    expect(await lint(sql, { released: 2 })).toMatchObject({
      looked: '0 of 2 migrations: the last release has the others',
      findings: [],
    })
    expect(await lint(sql, { released: 0 })).toMatchObject({ looked: '2 migrations' })
  })

  it('says what it could not look at', async () => {
    expect(await lint('create index i on orders (total);', { squawk: '/nowhere/squawk' })).toMatchObject({
      findings: [],
      notLookedAt: [{ why: expect.stringMatching(/^squawk could not look at shop\d+\/0002_next.sql.$/) }],
    })
  })

  it('says that what was released is not what it was', async () => {
    const folder = 'edited'
    await mkdir(join(root, folder))
    await writeFile(join(root, folder, '0001_base.sql'), base)
    const of = (number: number, name: string) => ({ number, name, checksum: '0'.repeat(64) })
    const rules = async (...released: ReturnType<typeof of>[]) =>
      (
        await lintService({ system, service: { ...service, migrations: folder }, root, released })
      ).findings.map(({ rule }) => rule)
    expect(await rules(of(1, 'base'), of(2, 'next'))).toEqual(['migration/missing', 'migration/edited'])
    expect(await rules(of(1, 'basis'))).toEqual(['migration/renamed'])
  })

  it('says that a folder cannot be read', async () => {
    const missing = { ...service, migrations: 'nowhere' }
    expect(await lintService({ system, service: missing, root, released: [] })).toMatchObject({
      findings: [{ rule: 'migration/directory', severity: 'error' }],
    })
  })
})
