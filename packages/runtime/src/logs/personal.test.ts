import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  clinic,
  clinicAudit,
  clinicService,
  counting,
  patients,
  type Clinic,
} from '../../test/fixtures/clinic.js'
import { rejection } from '../../test/fixtures/rejection.js'
import type { Database } from '../database/index.js'
import { isErased } from '../personal/index.js'
import { json } from '../statements/json.js'
import { fromRow, immutableLog } from './index.js'

let house: Clinic
let db: Database
let keyless: Database
let actor: string

beforeAll(async () => {
  house = await clinic()
  db = house.open()
  keyless = house.open({ keys: undefined })
})

beforeEach(() => {
  actor = randomUUID()
})

afterAll(() => house.drop())

const entries = (of = actor) => clinicAudit.read(db, { limit: 10, where: { actor: of } })

test('what is personal in a log is sealed, whatever it is', async () => {
  await clinicAudit.append(db, { action: 'in', actor, origin: '10.0.0.1', detail: { agent: 'Lynx' } })
  await clinicAudit.append(db, [
    { action: 'out', actor, detail: json('a text') },
    { action: 'none', actor, origin: null, detail: json(null) },
    { action: 'nobody' },
  ])
  expect(await entries()).toMatchObject([
    { action: 'in', origin: '10.0.0.1', detail: { agent: 'Lynx' } },
    { action: 'out', origin: null, detail: 'a text' },
    { action: 'none', origin: null, detail: null },
  ])
  const stored = await house.administrator(
    `select origin, detail #>> '{}' as detail from clinic.audit_log where actor = '${actor}' order by seq`,
  )
  const envelope = expect.stringMatching(/^personal\.v1:clinic:/) as string
  expect(stored).toEqual([
    { origin: envelope, detail: envelope },
    { origin: null, detail: envelope },
    { origin: null, detail: null },
  ])
})

test('a row that rides along is sealed when its statement is run, in the same statement', async () => {
  const { db: tapped, sent } = counting(db)
  const append = [
    clinicAudit.entry({ action: 'first', actor, origin: '10.0.0.1' }),
    clinicAudit.entry({ action: fromRow('name'), actor, detail: { agent: 'Lynx' } }),
  ]
  await patients.insert(tapped, { id: actor, name: 'Ann' }, { append })
  await patients.update(tapped, { key: actor, expectedVersion: 1, set: { ward: 'b' }, append })
  await patients.delete(tapped, { key: actor, expectedVersion: 2, append })
  expect(sent).toHaveLength(3)
  const rows = await entries()
  expect(rows.filter(({ action }) => action === 'first').map(({ origin }) => origin)).toEqual(
    Array(3).fill('10.0.0.1'),
  )
  expect(rows.filter(({ action }) => action === 'Ann').map(({ detail }) => detail)).toEqual(
    Array(3).fill({ agent: 'Lynx' }),
  )
  const stored = await house.administrator(`select origin from clinic.audit_log where actor = '${actor}'`)
  expect(new Set(stored.map(({ origin }) => origin)).size).toBe(4)
})

test('a page is opened with one question to the key store', async () => {
  const asked: number[] = []
  const keys = {
    ...house.keys,
    find: (names: Parameters<typeof house.keys.find>[0]) => {
      asked.push(names.length)
      return house.keys.find(names)
    },
  }
  const watched = house.open({ keys })
  await clinicAudit.append(watched, [
    { action: 'x', actor, origin: 'a', detail: json(1) },
    { action: 'x', actor, origin: 'b' },
    { action: 'x', actor },
  ])
  await clinicAudit.read(watched, { limit: 10, where: { actor } })
  expect(asked).toEqual([3])
  await clinicAudit.read(watched, { limit: 10, where: { actor: randomUUID() } })
  expect(asked).toEqual([3])
})

test('who was forgotten is erased from the log, and nothing more is written of them', async () => {
  await clinicAudit.append(db, { action: 'in', actor, origin: '10.0.0.1' })
  await house.keys.destroy({ subject: actor })
  const [row] = await entries()
  expect(row).toMatchObject({ action: 'in', actor, detail: null })
  expect(isErased(row?.origin)).toBe(true)
  const more = clinicAudit.append(db, { action: 'out', actor, origin: '10.0.0.1' })
  expect(await rejection(more)).toMatchObject({ code: 'FREEHOLD_SUBJECT_ERASED' })
  await clinicAudit.append(db, { action: 'out', actor })
  expect(await entries()).toHaveLength(2)
})

test('whom it is about is given, and as a value', async () => {
  const nobody = { code: 'FREEHOLD_PERSONAL_SUBJECT_MISSING' }
  expect(await rejection(clinicAudit.append(db, { action: 'x', origin: 'a' }))).toMatchObject(nobody)
  expect(() => clinicAudit.entry({ action: 'x', actor: null, origin: 'a' })).toThrow(
    expect.objectContaining(nobody),
  )
  const unsealed = expect.objectContaining({ code: 'FREEHOLD_PERSONAL_UNSEALED' }) as Error
  expect(() => clinicAudit.entry({ action: 'x', actor: fromRow('id'), origin: 'a' })).toThrow(unsealed)
  expect(() => clinicAudit.entry({ action: 'x', actor, origin: fromRow('name') })).toThrow(unsealed)
  expect(clinicAudit.entry({ action: 'x', actor: fromRow('id') }).log).toBe('audit_log')
})

test('a log is not searched by what is sealed', async () => {
  const searched = clinicAudit.read(db, { limit: 1, where: { origin: '10.0.0.1' } })
  expect(await rejection(searched)).toMatchObject({ code: 'FREEHOLD_PERSONAL_NOT_SEARCHABLE' })
  await clinicAudit.append(db, { action: 'x', actor })
  expect(await clinicAudit.read(db, { limit: 1, where: { actor, origin: null } })).toHaveLength(1)
})

test('without keys only what is not personal is written and read', async () => {
  const missing = { code: 'FREEHOLD_KEY_STORE_MISSING' }
  await clinicAudit.append(keyless, { action: 'x', actor })
  const row = { action: 'x', actor, origin: 'a' }
  expect(await rejection(clinicAudit.append(keyless, row))).toMatchObject(missing)
  const append = [clinicAudit.entry(row)]
  const riding = patients.delete(keyless, { key: actor, expectedVersion: 1, append })
  expect(await rejection(riding)).toMatchObject(missing)
  await clinicAudit.append(db, row)
  expect(await rejection(clinicAudit.read(keyless, { limit: 9, where: { actor } }))).toMatchObject(missing)
  const names = immutableLog<{ action: string }>(clinicService, 'audit_log', { columns: ['action'] })
  expect((await names.read(keyless, { limit: 1 })).length).toBe(1)
})

test('columns without the one that says whom they are about are refused', () => {
  const declare = () => immutableLog<{ origin: string }>(clinicService, 'audit_log', { columns: ['origin'] })
  expect(declare).toThrow(expect.objectContaining({ code: 'FREEHOLD_COLUMN_UNKNOWN' }))
})

test('what the runtime does not seal is refused by the database, with a code', async () => {
  const plain = db.query('insert into audit_log (action, actor, origin) values ($1, $2, $3)', [
    'x',
    actor,
    '10.0.0.1',
  ])
  expect(await rejection(plain)).toMatchObject({
    code: 'FREEHOLD_PERSONAL_UNSEALED',
    details: { table: 'audit_log' },
  })
})

test('what was written before it was personal is read as it is', async () => {
  await house.administrator(`
    begin; alter table clinic.audit_log drop constraint personal_is_sealed;
    insert into clinic.audit_log (action, actor, origin, detail) values ('old', '${actor}', '10.0.0.1', '{"agent": "Lynx"}');
    select freehold.guard('clinic'); commit`)
  expect(await entries()).toMatchObject([{ origin: '10.0.0.1', detail: { agent: 'Lynx' } }])
})

test('an envelope of another does not open', async () => {
  await clinicAudit.append(db, { action: 'in', actor, origin: '10.0.0.1' })
  const thief = randomUUID()
  await db.query(
    `insert into audit_log (action, actor, origin) select 'copied', $2, origin from audit_log where actor = $1`,
    [actor, thief],
  )
  expect(await rejection(entries(thief))).toMatchObject({ code: 'FREEHOLD_PERSONAL_UNREADABLE' })
})
