import type pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
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

const one = async (sql: string, values: readonly unknown[] = []) =>
  (await app.query<Record<string, unknown>>(sql, [...values])).rows[0]

it('refuses a second path over a column that a first one keeps in step, and a default of null', async () => {
  const splits: Evolution = {
    kind: 'split',
    table: 'people',
    column: 'full_name',
    into: [
      { column: 'given_name', using: "split_part(full_name, ' ', 1)" },
      { column: 'family_name', using: "split_part(full_name, ' ', 2)" },
    ],
    back: "given_name || ' ' || family_name",
  }
  const { steps } = await desk.path(splits)
  for (const step of steps.slice(0, -1)) await desk.take(step)
  const seconds: readonly Evolution[] = [
    { kind: 'set-not-null', table: 'people', column: 'family_name', default: "''" },
    { kind: 'rename-column', table: 'people', column: 'given_name', to: 'first_name' },
    { kind: 'rename-column', table: 'people', column: 'full_name', to: 'name' },
    { kind: 'drop-column', table: 'people', column: 'full_name' },
  ]
  for (const second of seconds) {
    await expect(desk.path(second)).rejects.toMatchObject({
      code: 'FREEHOLD_EVOLUTION_REFUSED',
      message: expect.stringContaining('whose trigger people_full_name_in_step keeps it in step') as string,
    })
  }
  await desk.take(steps.at(-1))
  for (const second of seconds.slice(0, 2)) await expect(desk.path(second)).resolves.toHaveProperty('steps')
  const nothing: Evolution = { kind: 'set-not-null', table: 'people', column: 'family_name', default: 'null' }
  await expect(desk.path(nothing)).rejects.toMatchObject({ code: 'FREEHOLD_EVOLUTION_EXPRESSION' })
})

it('lets the app call what the trigger of a path calls, and fills rows of nothing where that is something', async () => {
  await desk.as(
    'administrator',
    desk.service.name,
    `set role ${desk.service.name}_owner; set search_path to ${desk.service.schema};
     create function shelf_of(label text) returns text language sql immutable as $$ select coalesce(label, 'none') $$;
     reset role; reset search_path`,
  )
  await one('insert into folders (label) values (null) returning id')
  const { steps } = await desk.path({
    kind: 'change-type',
    table: 'folders',
    column: 'label',
    type: 'varchar(40)',
    to: 'shelf',
    using: 'shelf_of(label)',
    back: "nullif(shelf, 'none')",
  })
  for (const step of steps.slice(0, -1)) await desk.take(step)
  expect(await one("insert into folders (label) values ('b') returning shelf")).toEqual({ shelf: 'b' })
  expect(await one('select count(*)::integer as empty from folders where shelf is null')).toEqual({
    empty: 0,
  })
})
