import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openDesk, type Desk } from '../../test/fixtures/desk.js'
import type { Evolution } from './index.js'

interface Kind {
  readonly evolution: Evolution & { readonly column: string }
  readonly successors: readonly string[]
  /** A value as the old shape writes it. */
  readonly value: fc.Arbitrary<string | null>
  readonly toNew: (value: string | null) => readonly (string | null)[]
  readonly history?: string
}

const words = fc.stringMatching(/^[a-zä]{1,8}$/)
const kinds: readonly Kind[] = [
  {
    evolution: { kind: 'rename-column', table: 'notes', column: 'title', to: 'heading' },
    successors: ['heading'],
    value: fc.stringMatching(/^[ a-z'"$]{0,9}$/),
    toNew: (value) => [value],
    history: 'note_history',
  },
  {
    evolution: { kind: 'rename-column', table: 'folders', column: 'label', to: 'name' },
    successors: ['name'],
    value: fc.option(fc.uuid()),
    toNew: (value) => [value],
  },
  {
    evolution: { kind: 'change-type', table: 'files', column: 'size', type: 'bigint', to: 'bytes' },
    successors: ['bytes'],
    value: fc.nat(2_000_000_000).map(String),
    toNew: (value) => [value],
    history: 'file_history',
  },
  {
    evolution: { kind: 'change-type', table: 'drafts', column: 'detail', type: 'jsonb', to: 'details' },
    successors: ['details'],
    value: fc.option(fc.nat(99).map((n) => `{"n": ${n}}`)),
    toNew: (value) => [value],
  },
  {
    evolution: {
      kind: 'split',
      table: 'people',
      column: 'full_name',
      into: [
        { column: 'given_name', using: "split_part(full_name, ' ', 1)" },
        { column: 'family_name', using: "split_part(full_name, ' ', 2)" },
      ],
      back: "given_name || ' ' || family_name",
    },
    successors: ['given_name', 'family_name'],
    value: fc.tuple(words, words).map((both) => both.join(' ')),
    toNew: (value) => value?.split(' ') ?? [null, null],
    history: 'person_history',
  },
]

type Act =
  | { readonly do: 'insert'; readonly shape: 'old' | 'new'; readonly value: string | null }
  | {
      readonly do: 'write'
      readonly shape: 'old' | 'new'
      readonly row: number
      readonly value: string | null
    }
  | { readonly do: 'touch'; readonly row: number }
  | { readonly do: 'delete'; readonly row: number }

describe.each(kinds)('$evolution.kind of $evolution.table.$evolution.column', (kind) => {
  const { evolution, successors, toNew, history } = kind
  const { table, column } = evolution
  let desk: Desk
  let app: pg.Client
  /** What each row must say, by its id. */
  const model = new Map<string, string | null>()
  let shapes: readonly ('old' | 'new')[] = ['old']

  beforeAll(async () => {
    desk = await openDesk(inject('serverUrl'))
    app = await desk.app()
  })
  afterAll(async () => {
    await app.end()
    await desk.remove()
  })

  const columns = (shape: 'old' | 'new') => (shape === 'old' ? [column] : successors)
  const given = (shape: 'old' | 'new', value: string | null) => (shape === 'old' ? [value] : toNew(value))
  const places = (values: readonly unknown[], from = 1) => values.map((_, index) => `$${index + from}`)

  async function run(act: Act): Promise<void> {
    if (act.do === 'insert') {
      const values = given(act.shape, act.value)
      const { rows } = await app.query<{ id: string }>(
        `insert into ${table} (${columns(act.shape).join(', ')}) values (${places(values).join(', ')}) returning id`,
        [...values],
      )
      model.set(rows[0]!.id, act.value)
      return
    }
    const id = [...model.keys()][act.row % Math.max(model.size, 1)]
    if (id === undefined) return
    if (act.do === 'delete') {
      await app.query(`delete from ${table} where id = $1`, [id])
      model.delete(id)
      return
    }
    const values = act.do === 'touch' ? [] : given(act.shape, act.value)
    const set = act.do === 'touch' ? [] : columns(act.shape).map((name, index) => `${name} = $${index + 2}`)
    await app.query(`update ${table} set ${[...set, 'version = version + 1'].join(', ')} where id = $1`, [
      id,
      ...values,
    ])
    if (act.do === 'write') model.set(id, act.value)
  }

  async function expectModel(): Promise<void> {
    for (const shape of shapes) {
      const list = columns(shape).map((name) => `${name}::text as ${name}`)
      const { rows } = await app.query<Record<string, string>>(`select id, ${list.join(', ')} from ${table}`)
      const found = new Map(rows.map((row) => [row['id'], columns(shape).map((name) => row[name])]))
      const wanted = new Map([...model].map(([id, value]) => [id, given(shape, value)]))
      expect(found).toEqual(wanted)
    }
  }

  async function work(): Promise<void> {
    const shape = fc.constantFrom(...shapes)
    const { value } = kind
    const act: fc.Arbitrary<Act> = fc.oneof(
      fc.record({ do: fc.constant('insert' as const), shape, value }),
      fc.record({ do: fc.constant('write' as const), shape, row: fc.nat(99), value }),
      fc.record({ do: fc.constant('write' as const), shape, row: fc.nat(99), value }),
      fc.record({ do: fc.constant('touch' as const), row: fc.nat(99) }),
      fc.record({ do: fc.constant('delete' as const), row: fc.nat(99) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 12 }), async (acts) => {
        for (const each of acts) await run(each)
        await expectModel()
      }),
      { numRuns: 5, endOnFailure: true },
    )
  }

  it('keeps both shapes in step, whoever writes, at every step', async () => {
    await work()
    const { steps } = await desk.path(evolution)
    for (const step of steps) {
      await desk.take(step)
      expect(await desk.plan()).toEqual([])
      if (step.phase === 'expand') {
        // Whoever reads the new shape waits for the backfill; whoever writes either works at once.
        await run({ do: 'insert', shape: 'new', value: await sample(kind.value) })
        await work()
        continue
      }
      shapes = step.phase === 'contract' ? ['new'] : ['old', 'new']
      await expectModel()
      await work()
      if (step.phase !== 'contract') await twoWritersAtOnce()
    }
    if (history === undefined) return
    const { rows } = await app.query<{ same: boolean }>(
      `select coalesce(bool_and((h.data - '${column}') = to_jsonb(t) and h.version = t.version), true) as same
       from ${table} t
       join lateral (
         select data, version from ${history} where entity_id = t.id order by seq desc limit 1
       ) h on h.data ? '${successors[0]!}'`,
    )
    expect(rows).toEqual([{ same: true }])
  })

  /** Each writes its own shape to the same row; what is there at the end says the same in both. */
  async function twoWritersAtOnce(): Promise<void> {
    await run({ do: 'insert', shape: 'old', value: await sample(kind.value) })
    const id = [...model.keys()].at(-1)!
    const writer = async (shape: 'old' | 'new') => {
      const session = await desk.app()
      for (let time = 0; time < 10; time += 1) {
        const values = given(shape, await sample(kind.value))
        const set = columns(shape).map((name, index) => `${name} = $${index + 2}`)
        await session.query(`update ${table} set ${set.join(', ')}, version = version + 1 where id = $1`, [
          id,
          ...values,
        ])
      }
      await session.end()
    }
    await Promise.all([writer('old'), writer('new')])
    const list = [column, ...successors].map((name) => `${name}::text as ${name}`)
    const { rows } = await app.query<Record<string, string>>(
      `select version, ${list.join(', ')} from ${table} where id = $1`,
      [id],
    )
    const [row] = rows
    expect(row?.['version']).toBe(21)
    model.set(id, row![column]!)
    await expectModel()
  }
})

async function sample<T>(arbitrary: fc.Arbitrary<T>): Promise<T> {
  return fc.sample(arbitrary, 1)[0]!
}
