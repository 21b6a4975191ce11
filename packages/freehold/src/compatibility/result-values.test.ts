import { expect, test } from 'vitest'
import { accountsGate, sent, slow } from '../../test/fixtures/accounts-gate.js'

const check = accountsGate()

const before = `
create type mood as enum ('low', 'high');
create table people (
  id integer primary key,
  given text not null,
  family text not null,
  weight numeric(8, 3) not null,
  met timestamptz not null,
  mood mood not null,
  made timestamptz not null default clock_timestamp()
);
insert into people (id, given, family, weight, met, mood)
values (1, 'Ada', 'Lovelace', 1.257, '2026-01-02 03:04:05.678Z', 'low'),
       (2, 'Emmy', 'Noether', 2.5, '2026-01-02 03:04:05.6Z', 'high'),
       (3, 'Grace', 'Hopper', 3, '2026-01-02 03:04:05Z', 'low');`

const weighing = sent('select id, weight, met, made from people where id = $1', 'number')
const counting = sent('select count(*) from people')
const naming = sent('select given, family from people order by id')
const whole = sent('select to_jsonb(people) as person from people where id = $1', 'number')
const sorting = sent('select id, mood from people order by mood, id')
const adding = sent(
  "insert into people (id, given, family, weight, met, mood) values ($1, 'A', 'B', 1, now(), 'low') returning id, weight, made",
  'number',
)
const first = sent('select given from people limit 1')
const released = [weighing, counting, naming, whole, sorting, adding, first]

async function warningsOf(migration: string): Promise<(readonly [string | undefined, string])[]> {
  const { findings } = await check(migration, { before, released })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  return findings
    .filter(({ rule }) => rule === 'result-values-differ')
    .map(({ statement, message }) => [statement, message] as const)
}

test(
  'a result that is another one without an error is a warning: rounded, hidden, exchanged, without a member',
  async () => {
    const rounded =
      'alter table people alter column weight type numeric(8, 1), alter column met type timestamptz(0)'
    expect(await warningsOf(rounded)).toEqual([
      [
        weighing.text,
        expect.stringMatching(/^It returns other values: "weight" was "1.257" and becomes "1.3"; "met" was /),
      ],
      [whole.text, expect.stringContaining('"person" was ')],
      [adding.text, expect.stringContaining('"weight" was "1.000" and becomes "1.0"')],
    ])
    const hidden = `alter table people rename to everybody;
      create view people as select * from everybody where id < 3;`
    expect(await warningsOf(hidden)).toEqual([
      [counting.text, 'It returns other values: "count" was "3" and becomes "2".'],
      [naming.text, 'It finds or writes 2 rows where it was 3 rows.'],
      [sorting.text, 'It finds or writes 2 rows where it was 3 rows.'],
    ])
    const exchanged =
      'alter table people rename given to other; alter table people rename family to given; alter table people rename other to family'
    expect(await warningsOf(exchanged)).toEqual(
      expect.arrayContaining([
        [
          naming.text,
          'It returns other values: "given" was "Ada" and becomes "Lovelace"; "family" was "Lovelace" and becomes "Ada".',
        ],
      ]),
    )
  },
  slow,
)

test(
  'another order of labels is one, and what differs by itself is none',
  async () => {
    const reordered = `alter type mood rename to old_mood; create type mood as enum ('high', 'low');
      alter table people alter column mood type mood using mood::text::mood;`
    expect(await warningsOf(reordered)).toEqual([[sorting.text, 'It returns the rows in another order.']])
    // Rows move to the end of the heap when they are written anew.
    expect(await warningsOf('update people set family = family where id = 1')).toEqual([])
  },
  slow,
)
