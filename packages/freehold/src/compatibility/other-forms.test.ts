import { expect, test } from 'vitest'
import { accountsGate, errorsIn, sent, slow } from '../../test/fixtures/accounts-gate.js'

const check = accountsGate()

const inTransaction = sent('begin; update accounts set age = 1; select id, age from accounts; commit')
const throughTemporary = sent(
  'create temporary table young (id uuid); insert into young select id from accounts where age < 18',
)
const cursor = sent(
  'declare "rows for me" no scroll cursor with hold for select id, age from accounts where email = $1',
  'string',
)
const fetching = sent('fetch 100 from "rows for me"')
const copyOut = sent('copy accounts (id, age) to stdout')
const copyQuery = sent("copy (select id, (age) from accounts where email <> ')') to stdout (format csv)")
const copyNamed = sent('copy accounts (id, email) from stdin with (format csv)')
const copyBare = sent('copy accounts from stdin')
const released = [inTransaction, throughTemporary, cursor, fetching, copyOut, copyQuery, copyNamed, copyBare]

const errorsOf = async (migration: string): Promise<[statement: string | undefined, what: string][]> =>
  errorsIn(await check(migration, { released })).map(({ statement, sqlstate, rule }) => [
    statement,
    sqlstate ?? rule,
  ])

test(
  'cursors, COPY and several statements in one text are executed, also where one needs what another made',
  async () => {
    const others = [sent('copy accounts from stdin binary'), sent('copy accounts from stdin where age > 18')]
    const { findings, deploy } = await check('comment on table accounts is $$of people$$', {
      released: [...released, ...others],
    })
    expect(findings).toEqual([])
    expect(deploy).toMatchObject({ statements: 10, reached: { executed: 8 } })
    expect(deploy?.unchecked.map(({ reason }) => reason)).toEqual([
      'it is a COPY in binary format',
      'it is a COPY with a condition',
    ])
  },
  slow,
)

test(
  'what they read is missed where it is gone, and another type of it is told',
  async () => {
    expect(await errorsOf('alter table accounts drop column age')).toEqual([
      [inTransaction.text, '42703'],
      [inTransaction.text, '42703'],
      [throughTemporary.text, '42703'],
      [cursor.text, '42703'],
      [copyOut.text, '42703'],
      [copyQuery.text, '42703'],
      [copyBare.text, '42703'],
    ])
    expect(await errorsOf('alter table accounts alter column age type text')).toEqual(
      expect.arrayContaining([
        [inTransaction.text, 'result-type-changed'],
        [cursor.text, 'result-type-changed'],
      ]),
    )
  },
  slow,
)

test(
  'a COPY into a table is refused what an INSERT is, and another number of columns where it names none',
  async () => {
    expect(await errorsOf('alter table accounts add column note text')).toEqual([[copyBare.text, '22P04']])
    const computed = 'alter table accounts add column half integer generated always as (age / 2) stored'
    expect(await errorsOf(computed)).toEqual([])
    const required =
      "alter table accounts add column note text not null default ''; alter table accounts alter column note drop default"
    expect(await errorsOf(required)).toEqual([
      [copyNamed.text, '23502'],
      [copyBare.text, '23502'],
    ])
  },
  slow,
)

test(
  'a COPY into a table minds row security, and what its text does not hold is not called allowed',
  async () => {
    const guarded =
      'alter table accounts enable row level security; create policy everybody on accounts using (true)'
    expect(await errorsOf(guarded)).toEqual([
      [copyNamed.text, '0A000'],
      [copyBare.text, '0A000'],
    ])
    expect(await errorsOf('alter table accounts add check (length(email) < 50)')).toEqual([
      [copyNamed.text, '23514'],
      [copyBare.text, '23514'],
    ])
  },
  slow,
)
