import { expect, test } from 'vitest'
import { accountsGate, errorsIn, schema, sent, slow } from '../../test/fixtures/accounts-gate.js'

const check = accountsGate()

test(
  'what a function wants of a text is given, and a comparison is tried with a value that finds rows',
  async () => {
    const before = schema.replace(
      'age integer,',
      'age integer not null default 20, seen timestamptz not null default now(),',
    )
    const released = [
      sent(
        'select date_trunc($1, seen at time zone $2) as day from accounts where id = $3',
        'string',
        'string',
        'string',
      ),
      sent('select to_jsonb($1::int) as number, id from accounts where age < $2', 'number', 'number'),
      sent(
        'insert into accounts (id, email) select id, email from jsonb_to_recordset($1) as given(id uuid, email text) where id is not null',
        'string',
      ),
      sent('select id from accounts where age between $1 and $2 and $3 >= seen', 'number', 'number', 'date'),
      sent('select id from accounts where int4range($1, $2) @> age', 'number', 'number'),
    ]
    const { deploy } = await check('alter table accounts add column note text', { before, released })
    expect(deploy).toMatchObject({ reached: { executed: 5 }, unchecked: [], notExecuted: [] })
    const [day, , , between] = released
    const { findings } = await check(
      'alter table accounts alter column age type text, alter column seen type timestamp',
      {
        before,
        released: [day, between].flatMap((each) => each ?? []),
      },
    )
    expect(findings.filter(({ rule }) => rule !== 'narrowed-unused')).toMatchObject([
      { rule: 'result-type-renamed', statement: day?.text },
    ])
  },
  slow,
)

test(
  'a reference that no longer follows, or that is new, is met from the side that is referred to',
  async () => {
    const before = schema.replace(
      'references accounts (id),\n  body',
      'references accounts (id) on update cascade on delete cascade,\n  body',
    )
    const moving = sent('update accounts set id = $1 where id = $2', 'string', 'string')
    const clearing = sent('delete from accounts where age < $1', 'number')
    const released = [moving, clearing]
    const same = await check('comment on table accounts is $$of people$$', { before, released })
    expect(errorsIn(same)).toEqual([])
    const stays = `alter table letters drop constraint letters_account_fkey;
      alter table letters add foreign key (account) references accounts (id) on delete cascade;`
    expect(errorsIn(await check(stays, { before, released }))).toMatchObject([
      { statement: moving.text, sqlstate: '23503' },
    ])
    const holds = `alter table letters drop constraint letters_account_fkey;
      alter table letters add foreign key (account) references accounts (id) on update cascade;`
    expect(errorsIn(await check(holds, { before, released }))).toMatchObject([
      { statement: clearing.text, sqlstate: '23503' },
    ])
  },
  slow,
)
