import { mutable } from '@freehold/manifest'
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

it('makes a column required while a version that leaves it out goes on', async () => {
  const old = async () => {
    const row = await one("insert into notes (title) values ('a') returning id, folder")
    const updated = await one(
      'update notes set folder = null, version = version + 1 where id = $1 returning folder',
      [row?.['id']],
    )
    return [row?.['folder'], updated?.['folder']]
  }
  const fresh = async () =>
    (await one("insert into notes (title, folder) values ('b', 'mine') returning folder"))?.['folder']
  expect(await old()).toEqual([null, null])
  const { steps } = await desk.path({
    kind: 'set-not-null',
    table: 'notes',
    column: 'folder',
    default: "'inbox'",
  })
  expect(steps.map(({ name }) => name)).toEqual(['expand', 'backfill', 'switch', 'contract'])
  for (const step of steps) {
    await desk.take(step)
    expect(await fresh()).toBe('mine')
    if (step.phase !== 'contract') expect(await old()).toEqual(['inbox', 'inbox'])
    expect(await desk.plan()).toEqual([])
  }
  expect(await one('select count(*)::integer as missing from notes where folder is null')).toEqual({
    missing: 0,
  })
  await expect(old()).rejects.toMatchObject({ code: '23502', column: 'folder' })
  await expect(desk.path({ kind: 'set-not-null', table: 'notes', column: 'folder' })).rejects.toMatchObject({
    code: 'FREEHOLD_EVOLUTION_REFUSED',
  })
})

it('makes a column required without a default, once no older version runs', async () => {
  await one("insert into drafts (detail) values ('{}')")
  const { steps } = await desk.path({ kind: 'set-not-null', table: 'drafts', column: 'detail' })
  expect(steps.map(({ name, contract }) => [name, contract])).toEqual([
    ['contract', 'versions after 1 day'],
    ['switch', undefined],
  ])
  for (const step of steps) await desk.take(step)
  await expect(one('insert into drafts (detail) values (null)')).rejects.toMatchObject({ code: '23502' })
  await one("insert into drafts (detail) values ('{}')")
})

it('adds a foreign key with its index, and refuses it while rows refer to nothing', async () => {
  const key: Evolution = {
    kind: 'add-foreign-key',
    table: 'notes',
    column: 'folder_id',
    references: { table: 'folders', column: 'id' },
  }
  await one("insert into notes (title, folder, folder_id) values ('c', 'x', gen_random_uuid())")
  await expect(desk.path(key)).rejects.toMatchObject({
    code: 'FREEHOLD_EVOLUTION_REFUSED',
    message: expect.stringContaining('1 rows refer to nothing'),
  })
  await one('delete from notes where folder_id is not null')
  const { steps } = await desk.path(key)
  for (const step of steps) {
    await desk.take(step)
    expect(await desk.plan()).toEqual([])
    const folder = await one('insert into folders (label) values (gen_random_uuid()) returning id')
    await one("insert into notes (title, folder, folder_id) values ('c', 'x', $1)", [folder?.['id']])
  }
  await expect(
    one("insert into notes (title, folder, folder_id) values ('c', 'x', gen_random_uuid())"),
  ).rejects.toMatchObject({ code: '23503' })
  const [found] = await desk.as<{ valid: boolean; indexed: boolean }>(
    'administrator',
    desk.service.name,
    `select bool_and(convalidated) as valid, to_regclass('${desk.service.schema}.notes_by_folder_id') is not null as indexed
     from pg_constraint where conname = 'notes_folder_id_fkey'`,
  )
  expect(found).toEqual({ valid: true, indexed: true })
  const drop = desk.path({ kind: 'drop-table', table: 'folders' })
  await expect(drop).rejects.toThrow(/foreign keys lead to it: .*notes_folder_id_fkey/)
})

it('drops a column which the new version may leave out already', async () => {
  const { steps } = await desk.path({ kind: 'drop-column', table: 'people', column: 'full_name' })
  expect(steps).toHaveLength(2)
  await desk.take(steps[0])
  await one("insert into people (full_name) values ('old shape')")
  await one('insert into people default values')
  await desk.take(steps[1])
  expect(await desk.plan()).toEqual([])
  await one('insert into people default values')
})

it('drops a table', async () => {
  const { steps } = await desk.path({ kind: 'drop-table', table: 'drafts' })
  expect(steps).toMatchObject([{ contract: 'drafts after 1 day' }])
  await desk.take(steps[0])
  const left = [
    expect.objectContaining({ action: 'problem', summary: expect.stringMatching(/it was dropped/) }),
  ]
  expect(await desk.plan()).toEqual(left)
})

const rename = { kind: 'rename-column', to: 'other' } as const
const split = {
  kind: 'split',
  table: 'files',
  column: 'size',
  into: [{ column: 'low', using: 'size' }],
  back: 'low',
} as const

it.each<[string, Evolution, RegExp]>([
  [
    'a log',
    { ...rename, table: 'audit_log', column: 'action' },
    /it is a log, and the rows of a log never change/,
  ],
  ['a stranger', { ...rename, table: 'nothing', column: 'x' }, /does not own a table/],
  ['a column that is not there', { ...rename, table: 'files', column: 'x' }, /it has id, size/],
  ['the key', { ...rename, table: 'files', column: 'id' }, /knows a row/],
  ['the version', { ...rename, table: 'files', column: 'version' }, /knows a row/],
  [
    'a name that is taken',
    { ...rename, table: 'files', column: 'size', to: 'id' },
    /has a column "id" already/,
  ],
  ['null and a default', { ...rename, table: 'folders', column: 'color' }, /may be null and has a default/],
  [
    'a check that does not fit',
    {
      kind: 'change-type',
      table: 'files',
      column: 'size',
      type: 'text',
      to: 'sized',
      back: 'sized::integer',
    },
    /does not fit the type text/,
  ],
  ['a subquery', { ...split, back: '(select 1)' }, /it has a subquery/],
  ['another column', { ...split, into: [{ column: 'low', using: 'version' }] }, /it names "version"/],
  ['two expressions', { ...split, back: 'low, low' }, /not one expression/],
  ['a second statement', { ...split, back: 'low; drop table files' }, /not one expression/],
  ['a comment', { ...split, back: 'low -- of course' }, /it has a comment/],
  ['no SQL', { ...split, back: 'low +' }, /--back low \+: syntax error/],
  ['a type that does not fit', { ...split, back: "low || 'x'" }, /--back low \|\| 'x'/],
  ['an aggregate', { ...split, back: 'sum(low)' }, /aggregate functions are not allowed/],
])('refuses %s', async (_what, evolution, message) => {
  await expect(desk.path(evolution)).rejects.toThrow(message)
})

it('refuses a column that a view reads', async () => {
  const { schema, name } = desk.service
  await desk.as('administrator', name, `create view ${schema}.sizes as select size from ${schema}.files`)
  await expect(desk.path({ ...rename, table: 'files', column: 'size' })).rejects.toThrow(/sizes/)
  await desk.as('administrator', name, `drop view ${schema}.sizes`)
})

it('refuses a personal column whose history is sealed under its name, and no other', async () => {
  const personal = { subject: 'id', fields: ['title'] }
  const notes = mutable({ history: 'note_history', personal })
  const manifest = { ...desk.service, owns: { ...desk.service.owns, notes } }
  const path = desk.path({ ...rename, table: 'notes', column: 'title' }, manifest)
  await expect(path).rejects.toThrow(/it is personal, and the history of its table keeps it sealed/)
  const subject = desk.path(
    { ...rename, table: 'notes', column: 'folder' },
    {
      ...manifest,
      owns: { ...manifest.owns, notes: mutable({ personal: { subject: 'folder', fields: ['title'] } }) },
    },
  )
  await expect(subject).rejects.toThrow(/whom the row is about/)
  const plain = { ...manifest, owns: { ...manifest.owns, notes: mutable({ personal }) } }
  const { advice } = await desk.path({ ...rename, table: 'notes', column: 'title' }, plain)
  expect(advice).toContainEqual(expect.stringContaining('Add other to personal.fields of notes'))
})
