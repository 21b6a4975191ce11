import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openDesk, type Desk } from '../../test/fixtures/desk.js'
import type { Evolution } from './index.js'

let desk: Desk
let app: pg.Client

beforeAll(async () => {
  desk = await openDesk(inject('serverUrl'))
  app = await desk.app()
})
afterAll(async () => {
  await app.end()
  await desk.remove()
})

const split = (back: string): Evolution => ({
  kind: 'split',
  table: 'people',
  column: 'full_name',
  into: [
    { column: 'given_name', using: "split_part(full_name, ' ', 1)" },
    { column: 'family_name', using: "nullif(split_part(full_name, ' ', 2), '')" },
  ],
  back,
})
const loose = "given_name || ' ' || family_name"
const strict = "concat_ws(' ', given_name, family_name)"

describe('a split whose way back is null', () => {
  it('where the new version leaves one out is named when the path is written, and nothing else is', async () => {
    const { advice } = await desk.path(split(loose))
    expect(advice).toContainEqual(
      expect.stringMatching(
        /--back gives null where given_name or family_name is null, and full_name is required/,
      ),
    )
    for (const back of [strict, "coalesce(given_name, '') || coalesce(family_name, '')"])
      expect((await desk.path(split(back))).advice.join('\n')).not.toMatch(/--back/)
    const one = await desk.path(split("given_name || coalesce(' ' || family_name, '')"))
    expect(one.advice).toContainEqual(expect.stringMatching(/--back gives null where given_name is null/))
  })

  it('for rows that are there is refused, with the query that finds them', async () => {
    await app.query("insert into people (full_name) values ('Ada Lovelace'), ('Plato')")
    await expect(desk.path(split(loose))).rejects.toThrow(
      /1 rows of today have no full_name by --back.*: select count\(\*\) from/,
    )
    await desk.path(split(strict))
    await app.query("delete from people where full_name = 'Plato'")
    await desk.path(split(loose))
  })

  it('refuses the write of the new version by name, and lets all others pass', async () => {
    const { steps } = await desk.path(split(loose))
    for (const step of steps.slice(0, -1)) await desk.take(step)
    await expect(app.query("insert into people (given_name) values ('Plato')")).rejects.toMatchObject({
      code: '23502',
      table: 'people',
      column: 'full_name',
      message: expect.stringMatching(/given_name, family_name.* make no full_name/),
      hint: expect.stringMatching(/An older version/),
    })
    await app.query("insert into people (given_name, family_name) values ('Alan', 'Turing')")
    await app.query("insert into people (full_name) values ('Grace Hopper')")
  })
})

describe('a new type', () => {
  const change = (using: string): Evolution => ({
    kind: 'change-type',
    table: 'drafts',
    column: 'old_notes',
    type: 'integer',
    to: 'count',
    using,
  })
  const insert = (text: string) => app.query('insert into drafts (old_notes) values ($1)', [text])

  it('of which the default of the old column has none is refused', async () => {
    await expect(desk.path(change('old_notes::integer'))).rejects.toThrow(/fails for the default ''::text/)
    await expect(desk.path(change("nullif(old_notes, '')::integer"))).rejects.toThrow(
      /the default ''::text has no count/,
    )
    const { name, schema } = desk.service
    await desk.as('administrator', name, `alter table ${schema}.drafts alter column old_notes drop default`)
  })

  it('into which a row cannot be converted is refused', async () => {
    await insert('many')
    await expect(desk.path(change('old_notes::integer'))).rejects.toThrow(
      /--using old_notes::integer fails for a row of today: invalid input syntax for type integer: "many"/,
    )
    await app.query('delete from drafts')
  })

  it('that a row of the old one has no value of is refused, and one with a value is not', async () => {
    await insert('')
    await expect(desk.path(change("nullif(old_notes, '')::integer"))).rejects.toThrow(
      /1 rows of today have no count by --using/,
    )
    await app.query('delete from drafts')
    await insert('7')
    const { steps } = await desk.path(change("nullif(old_notes, '')::integer"))
    await desk.take(steps[0])
    await expect(insert('')).rejects.toMatchObject({
      code: '23502',
      column: 'count',
      message: expect.stringMatching(/old_notes makes no count/),
    })
    await insert('8')
    expect((await app.query('select count from drafts where old_notes = $1', ['8'])).rows).toEqual([
      { count: 8 },
    ])
  })
})
