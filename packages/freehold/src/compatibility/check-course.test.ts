import { expect, test } from 'vitest'
import {
  accountsGate,
  ageing,
  closing,
  errorsIn,
  reading,
  registering,
  schema,
  sent,
  slow,
} from '../../test/fixtures/accounts-gate.js'

const check = accountsGate()

test(
  'tables without rows are filled, so that every statement is executed and meets rows',
  async () => {
    const { findings, deploy } = await check('comment on table accounts is $$of people$$')
    expect(findings).toEqual([])
    expect(deploy).toMatchObject({ statements: 5, reached: { executed: 5 }, metRows: 5, unchecked: [] })
  },
  slow,
)

test(
  'a finding names the statement, where it was sent from, the SQLSTATE, and the line that is to blame',
  async () => {
    const migration =
      '-- Nobody asks for the age.\nalter table letters add column sent_at timestamptz;\nalter table accounts drop column age;'
    const report = await check(migration)
    expect(errorsIn(report)).toEqual([
      expect.objectContaining({
        rule: 'statement-fails',
        direction: 'deploy',
        service: 'accounts',
        statement: reading.text,
        sentFrom: 'src/accounts.ts:7',
        sqlstate: '42703',
        place: { file: '0002_next.sql', line: 3 },
      }),
      expect.objectContaining({ statement: ageing.text, sqlstate: '42703' }),
    ])
  },
  slow,
)

test(
  'values of the kinds that were sent are tried, and no others',
  async () => {
    const required =
      'update accounts set age = 1 where age is null; alter table accounts alter column age set not null;'
    const numbers = [
      ageing,
      sent('insert into accounts (id, email, age) values ($1, $2, $3)', 'string', 'string', 'number'),
    ]
    expect(errorsIn(await check(required, { released: numbers }))).toEqual([])
    const nulls = [sent(ageing.text, 'number|null', 'string')]
    expect(errorsIn(await check(required, { released: nulls }))).toMatchObject([
      {
        rule: 'value-refused',
        sqlstate: '23502',
        message: expect.stringContaining('with $1 = null') as string,
      },
    ])
  },
  slow,
)

test(
  'what the new schema refuses of what the old one took is found, and what both refuse is not',
  async () => {
    const tightened = await check('alter table accounts add constraint adults check (age >= 18) not valid')
    expect(errorsIn(tightened)).toMatchObject([{ statement: ageing.text, sqlstate: '23514' }])
    const same = await check(
      "alter table accounts add constraint again check (state in ('closed', 'open', 'lost'))",
    )
    expect(errorsIn(same)).toEqual([])
  },
  slow,
)

test(
  'what is said of a computed column is felt by whoever writes what it is made of',
  async () => {
    const kept = 'alter table accounts add column address text generated always as (lower(email)) stored'
    expect(errorsIn(await check(kept))).toEqual([])
    // Of two addresses that differ, one is the other in large letters.
    const unique = await check(`${kept}; create unique index accounts_address on accounts (address)`)
    expect(errorsIn(unique)).toMatchObject([
      { statement: registering.text, rule: 'value-refused', sqlstate: '23505' },
    ])
    const short = await check(`${kept}; alter table accounts add check (length(address) < 20)`)
    expect(errorsIn(short)).toMatchObject([{ statement: registering.text, sqlstate: '23514' }])
    const narrow = 'alter table accounts add column tag varchar(5) generated always as (email) stored'
    expect(errorsIn(await check(narrow))).toMatchObject([{ statement: registering.text, sqlstate: '22001' }])
    const half = 'alter table accounts add column half integer generated always as (age / 2) stored not null'
    const required = `update accounts set age = 1; ${half}`
    const nulls = [sent(ageing.text, 'number|null', 'string')]
    expect(errorsIn(await check(required, { released: nulls }))).toMatchObject([{ sqlstate: '23502' }])
    const omitting = await check(required, { released: [registering] })
    expect(errorsIn(omitting)).toMatchObject([{ statement: registering.text, sqlstate: '23502' }])
  },
  slow,
)

test(
  'a row that a backfill has moved on is found again by what it is now, and one that is hidden is not',
  async () => {
    const byVersion = sent(
      'update accounts set state = $1 where id = $2 and age = $3',
      'string',
      'number',
      'number',
    )
    const moved = `create function step() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger step before update on accounts for each row execute function step();
update accounts set age = age + 1;`
    expect(errorsIn(await check(moved, { released: [byVersion] }))).toEqual([])
    const kept = moved.replace('return new', 'return null')
    expect(errorsIn(await check(kept, { released: [byVersion] }))).toMatchObject([{ rule: 'rows-vanish' }])
  },
  slow,
)

test(
  'what only an execution shows is found: a trigger, row security, a lost index',
  async () => {
    const trigger = `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'closed for good'; end $$;
create trigger refuse before update of state on accounts for each row execute function refuse();`
    expect(errorsIn(await check(trigger))).toMatchObject([{ statement: closing.text, sqlstate: 'P0001' }])

    const hidden = errorsIn(
      await check(
        'alter table letters enable row level security; create policy none on letters for select using (false)',
        { released: [sent('select body from letters where account = $1', 'string')] },
      ),
    )
    expect(hidden).toMatchObject([{ rule: 'rows-vanish' }])

    const upsert = sent(
      'insert into accounts (id, email) values ($1, $2) on conflict (email) do nothing',
      'string',
      'string',
    )
    const lost = await check('alter table accounts drop constraint accounts_email_key', {
      released: [upsert],
    })
    expect(errorsIn(lost)).toMatchObject([{ sqlstate: '42P10' }])
  },
  slow,
)

test(
  'a result that a program would read as something else is found; one more column is only told',
  async () => {
    const wider = await check('alter table accounts alter column age type bigint')
    expect(errorsIn(wider)).toMatchObject([
      {
        rule: 'result-type-changed',
        statement: reading.text,
        message: expect.stringContaining('number, then string') as string,
      },
    ])
    const star = sent('select * from accounts where id = $1', 'string')
    const more = await check('alter table accounts add column name text', { released: [star] })
    expect(more.findings).toMatchObject([{ rule: 'result-column-added', severity: 'warning' }])
    const kept = await check('alter table accounts add column name text', {
      released: [{ ...star, isNamed: true }],
    })
    expect(errorsIn(kept)).toMatchObject([{ rule: 'cached-plan-changes', sqlstate: '0A000' }])
  },
  slow,
)

test(
  'new code is tried on the old schema, with the line that it waits for',
  async () => {
    const next = [reading, sent('select id, name from accounts where id = $1', 'string')]
    const { findings, rollback } = await check('alter table accounts add column name text;', {
      released: [reading],
      next,
    })
    expect(findings).toMatchObject([
      {
        direction: 'rollback',
        sqlstate: '42703',
        place: { file: '0002_next.sql', line: 1 },
        fix: expect.stringContaining('Migrate before') as string,
      },
    ])
    expect(rollback).toMatchObject({ statements: 2, reached: { executed: 1, parsed: 1 }, unchecked: [] })
  },
  slow,
)

test(
  'texts of pg_stat_statements are checked too, and what cannot be is named with the reason',
  async () => {
    const normalized = [
      'select extract($1 from now() - interval $2) from accounts where id = $3',
      'select jsonb_build_object($1, email) from accounts',
      'select date_trunc($1, now()), count(*) from accounts group by date_trunc($2, now())',
    ].map((text) => sent(text))
    const lost = sent('select nothing from nowhere')
    const { findings, deploy } = await check('alter table accounts drop column email', {
      released: [...normalized, lost],
    })
    expect(findings).toMatchObject([{ sqlstate: '42703', statement: normalized[1]?.text }])
    expect(deploy?.unchecked).toMatchObject([
      { statement: lost.text, reason: expect.stringContaining('"nowhere" does not exist') as string },
    ])
  },
  slow,
)

test(
  'what fails on its own schema, or finds no values there, is not called checked where something changed',
  async () => {
    const before = `${schema}
create table codes (id integer primary key, name text not null, code text not null, check (code = md5(name)));
create function secret(integer) returns integer language sql immutable as 'select $1';
revoke execute on function secret(integer) from public;`
    const calling = sent('select secret($1)', 'number')
    const coding = sent(
      'insert into codes (id, name, code) values ($1, $2, $3)',
      'number',
      'string',
      'string',
    )
    const released = [calling, coding]
    const reason = expect.stringContaining('permission denied for function secret') as string
    const elsewhere = await check('alter table letters add column read boolean', { before, released })
    expect(elsewhere).toMatchObject({
      findings: [],
      deploy: { reached: { unchecked: 1, planned: 1 }, notExecuted: [] },
    })
    expect(elsewhere.deploy?.unchecked).toMatchObject([{ statement: calling.text, reason }])
    const there = await check('alter table codes add column note text', { before, released })
    expect(there.deploy?.notExecuted).toEqual([
      {
        statement: coding.text,
        sentFrom: 'src/accounts.ts:7',
        reason: expect.stringContaining('codes_check') as string,
      },
    ])
  },
  slow,
)

test(
  'what is compared with a column is tried with values of its old type',
  async () => {
    const before = `${schema}
create type mood as enum ('glad', 'sad');
alter table accounts add column mood mood not null default 'glad';`
    const older = sent('select id from accounts where age > $1', 'number')
    const feeling = sent('select id from accounts where mood = $1', 'string')
    const facts = { before, released: [older, feeling] }
    const smaller = await check('alter table accounts alter column age type smallint', facts)
    expect(errorsIn(smaller)).toMatchObject([{ statement: older.text, sqlstate: '22003' }])
    const renamed = await check("alter type mood rename value 'sad' to 'blue'", facts)
    expect(errorsIn(renamed)).toMatchObject([{ statement: feeling.text, sqlstate: '22P02' }])
    expect(errorsIn(await check('alter table accounts alter column age type bigint', facts))).toEqual([])
  },
  slow,
)

test(
  'a type that is made of others has changed with these',
  async () => {
    const before = `${schema}
create type place as (street text, city text);
alter table accounts add column place place;`
    const moving = sent(
      'insert into accounts (id, email, place) values ($1, $2, $3)',
      'string',
      'string',
      'string',
    )
    const report = await check('alter type place add attribute zip text', { before, released: [moving] })
    expect([...(report.deploy?.notExecuted ?? []), ...errorsIn(report)]).toMatchObject([
      { statement: moving.text },
    ])
  },
  slow,
)

test.each([
  [
    'values',
    'update accounts a set age = v.age from (values ($1::uuid, $2::integer)) v (id, age) where a.id = v.id',
  ],
  [
    'unnest',
    'update accounts a set age = v.age from unnest($1::uuid[], $2::integer[]) v (id, age) where a.id = v.id',
  ],
  ['a subquery', 'update accounts set (state, age) = (select state, $2::integer) where id = $1'],
  [
    'a CTE',
    'with input as (select $1::uuid as id, $2::integer as years) update accounts set age = years from input where accounts.id = input.id',
  ],
  [
    'MERGE',
    "merge into accounts a using (values ($1::uuid, $2::integer)) v (id, age) on a.id = v.id when matched then update set age = v.age when not matched then insert (id, email, age) values (v.id, v.id || '@x', v.age)",
  ],
])(
  'a value that comes to its column through %s is varied, too',
  async (_, text) => {
    const released = [sent(text, 'string', 'number')]
    const report = await check('alter table accounts add check (age < 1000) not valid', { released })
    expect(errorsIn(report)).toMatchObject([{ statement: text, sqlstate: '23514' }])
  },
  slow,
)

test.each([
  ['members of JSON', "check (doc ->> 'kind' in ('a', 'b')) not valid", '23514'],
  ['the length of an array', 'check (cardinality(flags) <= 3) not valid', '23514'],
])(
  'conditions that look inside of a value are met: %s',
  async (_, condition, sqlstate) => {
    const before = `${schema}
create table parcels (id integer primary key, doc jsonb not null default '{"kind": "a"}', flags text[] not null default '{}');`
    const text = 'insert into parcels (id, doc, flags) values ($1, $2, $3)'
    const released = [sent(text, 'number', 'json', 'array')]
    const report = await check(`alter table parcels add ${condition}`, { before, released })
    expect(errorsIn(report)).toMatchObject([{ statement: text, sqlstate }])
  },
  slow,
)

test(
  'what is unique in a member of JSON, and what has fewer digits before the point, is found',
  async () => {
    const before = `${schema}
create table parcels (id integer primary key, doc jsonb not null default '{"kind": "a"}', price numeric(10,2) not null default 1);`
    const text = 'insert into parcels (id, doc, price) values ($1, $2, $3)'
    const facts = { before, released: [sent(text, 'number', 'json', 'number')] }
    const unique =
      "alter table parcels add column kind text generated always as (doc ->> 'kind') stored; create unique index parcels_kind on parcels (kind)"
    expect(errorsIn(await check(unique, facts))).toMatchObject([{ statement: text, sqlstate: '23505' }])
    const finer = 'alter table parcels alter column price type numeric(10,4)'
    expect(errorsIn(await check(finer, facts))).toMatchObject([{ statement: text, sqlstate: '22003' }])
    const roomier = 'alter table parcels alter column price type numeric(12,4)'
    expect(errorsIn(await check(roomier, facts))).toEqual([])
  },
  slow,
)

test(
  'what could not be executed is told with the line that narrows it, and procedures are called',
  async () => {
    const before = `${schema}
create table codes (id integer primary key, name text not null, code text not null, check (code = md5(name)));
create procedure touch(who uuid) language sql as 'update accounts set age = 1 where id = who';`
    const coding = sent(
      'insert into codes (id, name, code) values ($1, $2, $3)',
      'number',
      'string',
      'string',
    )
    const calling = sent('call touch($1)', 'string')
    const session = ['set statement_timeout = 1000', 'discard all', 'deallocate all'].map((text) =>
      sent(text),
    )
    const released = [coding, calling, ...session]
    const report = await check(
      'alter table letters add column read boolean;\nalter table codes add check (length(name) < 5) not valid;',
      { before, released },
    )
    expect(report.deploy).toMatchObject({ unchecked: [], reached: { executed: 4 } })
    expect(errorsIn(report)).toMatchObject([
      { rule: 'narrowed', statement: coding.text, place: { file: '0002_next.sql', line: 2 } },
    ])
    const slower = await check('alter procedure touch(uuid) rename to touched', {
      before,
      released: [calling],
    })
    expect(errorsIn(slower)).toMatchObject([{ statement: calling.text, sqlstate: '42883' }])
  },
  slow,
)
