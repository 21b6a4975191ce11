import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clinic, counting, letters, patients, type Clinic, type Patient } from '../../test/fixtures/clinic.js'
import { rejection } from '../../test/fixtures/rejection.js'
import type { Database, Queryable } from '../database/index.js'
import { kyselyFor, queryableOf } from '../kysely/index.js'
import { isErased, purposeOf } from '../personal/index.js'
import { json } from '../statements/json.js'

let house: Clinic
let db: Database
let keyless: Database
let patient: string

beforeAll(async () => {
  house = await clinic()
  db = house.open()
  keyless = house.open({ keys: undefined })
})

beforeEach(() => {
  patient = randomUUID()
})

afterAll(() => house.drop())

const whole = (): Partial<Patient> => ({
  id: patient,
  name: 'Ann Ångström',
  remark: 'afraid of needles',
  age: 41,
  tags: ['kind', 'tall'],
  detail: { allergies: ['nuts'] },
})

const rowsOf = async (id: string) => {
  const revisions = await patients.history(db, id, { limit: 50 })
  return revisions.map(({ row }) => row).toReversed()
}

const storedOf = async (table: string, id: unknown): Promise<string> => {
  const rows = await house.administrator(
    `select data::text as data from clinic.${table} where entity_id = '${String(id)}' order by seq`,
  )
  return rows.map(({ data }) => String(data)).join('\n')
}

/** Writes rows as they were before anything was personal: the guard of the history does not look. */
const unguarded = async (table: string, sql: string) => {
  const history = `clinic.${table.replace(/s$/, '')}_history`
  await house.administrator(`
    begin; alter table clinic.${table} disable trigger freehold_history; ${sql};
    alter table clinic.${table} enable always trigger freehold_history;
    insert into ${history} (at, entity_id, version, operation, data)
      select updated_at, id, version, 'insert', to_jsonb(t) - 'personal' from clinic.${table} t
      where personal = '{}' and not exists (select from ${history} h where h.entity_id = t.id);
    commit`)
}

test('what is personal is in the row as it is, and in its history sealed', async () => {
  const first = await patients.insert(db, whole())
  expect(first).toMatchObject(whole())
  expect(first).not.toHaveProperty('personal')
  const second = await patients.update(db, {
    key: patient,
    expectedVersion: 1,
    set: { name: 'Bea', remark: null, tags: [], detail: json('text') },
  })
  const third = await patients.update(db, { key: patient, expectedVersion: 2, set: { ward: 'b' } })
  await patients.delete(db, { key: patient, expectedVersion: 3 })
  expect(await rowsOf(patient)).toEqual([first, second, third, third])
  expect((await patients.asOf(db, patient, second.updated_at))?.row.name).toBe('Bea')
  const stored = await storedOf('patient_history', patient)
  expect(stored).not.toMatch(/Ann|Bea|needles|tall|nuts|"text"|"(name|age)": [^"]/)
  expect(stored.match(/personal\.v1:clinic:/g)).toHaveLength(5 + 4 + 4 + 4)
})

test('a write is one statement, also where another column says about whom it is', async () => {
  const { db: tapped, sent } = counting(db)
  await patients.insert(tapped, whole())
  await patients.update(tapped, { key: patient, expectedVersion: 1, set: { name: 'Bea' } })
  await patients.history(tapped, patient, { limit: 10 })
  const { id } = await letters.insert(tapped, { patient_id: patient, body: 'Dear Ann' })
  const where = { patient_id: patient }
  await letters.update(tapped, { key: id, expectedVersion: 1, set: { body: 'Dear Bea' }, where })
  await letters.update(tapped, { key: id, expectedVersion: 2, set: { is_sent: true } })
  await letters.update(tapped, { key: id, expectedVersion: 3, set: { body: null } })
  expect(sent).toHaveLength(7)
  expect(await storedOf('letter_history', id)).not.toMatch(/Dear/)
})

test('an update looks at the row first when only that says about whom it is', async () => {
  const { id } = await letters.insert(db, { patient_id: patient, body: 'Dear Ann' })
  const { db: tapped, sent } = counting(db)
  await letters.update(tapped, { key: id, expectedVersion: 'any', set: { body: 'Dear Bea' } })
  expect(sent).toHaveLength(2)
  const conflict = letters.update(db, { key: id, expectedVersion: 1, set: { body: 'x' } })
  expect(await rejection(conflict)).toMatchObject({
    code: 'FREEHOLD_VERSION_CONFLICT',
    current: { version: 2 },
  })
  const missing = letters.update(db, { key: -1, expectedVersion: 1, set: { body: 'x' } })
  expect(await rejection(missing)).toMatchObject({ code: 'FREEHOLD_ENTITY_NOT_FOUND' })
  const elsewhere = { key: id, expectedVersion: 2, set: { body: 'x' }, where: { patient_id: randomUUID() } }
  expect(await rejection(letters.update(db, elsewhere))).toMatchObject({ code: 'FREEHOLD_ENTITY_NOT_FOUND' })
  const revisions = await letters.history(db, id, { limit: 9 })
  expect(revisions.map(({ row }) => row.body)).toEqual(['Dear Bea', 'Dear Ann'])
})

test('a row that is about somebody else from now on is sealed anew', async () => {
  const { id } = await letters.insert(db, { patient_id: patient, body: 'Dear Ann' })
  const other = randomUUID()
  await letters.update(db, { key: id, expectedVersion: 1, set: { patient_id: other } })
  await house.keys.destroy({ subject: patient })
  const [now, before] = await letters.history(db, id, { limit: 9 })
  expect(now?.row).toMatchObject({ patient_id: other, body: 'Dear Ann' })
  expect(isErased(before?.row.body)).toBe(true)
})

test('one patient in capitals is the same', async () => {
  const capitals = patient.toUpperCase()
  await patients.insert(db, { ...whole(), id: capitals })
  await patients.update(db, { key: capitals, expectedVersion: 1, set: { name: 'Bea' } })
  expect((await rowsOf(patient)).map(({ name }) => name)).toEqual(['Ann Ångström', 'Bea'])
  await house.keys.destroy({ subject: patient })
  expect((await rowsOf(patient)).every(({ name }) => isErased(name))).toBe(true)
})

test('who was forgotten is erased from revisions, and nothing more is kept of them', async () => {
  await patients.insert(db, { ...whole(), remark: null })
  const letter = await letters.insert(db, { patient_id: patient, body: 'Dear Ann' })
  await house.keys.destroy({ subject: patient, purpose: 'clinic' })
  const [row] = await rowsOf(patient)
  expect(row).toMatchObject({ id: patient, ward: 'a', remark: null, version: 1 })
  expect(JSON.parse(JSON.stringify(row))).toMatchObject({ name: { erased: true }, age: { erased: true } })
  const [other] = await letters.history(db, letter.id, { limit: 1 })
  expect(other?.row.body).toBe('Dear Ann')
  const more = patients.update(db, { key: patient, expectedVersion: 1, set: { remark: 'x' } })
  expect(await rejection(more)).toMatchObject({ code: 'FREEHOLD_SUBJECT_ERASED' })
  const left = await patients.update(db, {
    key: patient,
    expectedVersion: 1,
    set: { remark: null, age: null, detail: null },
  })
  expect(left).toMatchObject({ age: null, detail: null, version: 2 })
})

test('nobody whom it is about: nothing personal', async () => {
  const nobody = { code: 'FREEHOLD_PERSONAL_SUBJECT_MISSING' }
  expect(await rejection(patients.insert(db, { name: 'Ann' }))).toMatchObject(nobody)
  expect(await rejection(letters.insert(db, { body: 'To whom it may concern' }))).toMatchObject(nobody)
  const { id } = await letters.insert(db, {})
  const update = letters.update(db, { key: id, expectedVersion: 1, set: { body: 'x' } })
  expect(await rejection(update)).toMatchObject(nobody)
})

test('without keys only what is not personal can be written and read', async () => {
  const missing = { code: 'FREEHOLD_KEY_STORE_MISSING' }
  expect(await rejection(patients.insert(keyless, whole()))).toMatchObject(missing)
  await patients.insert(db, whole())
  await patients.update(keyless, { key: patient, expectedVersion: 1, set: { ward: 'b' } })
  expect(await patients.find(keyless, patient)).toMatchObject({ name: 'Ann Ångström', ward: 'b' })
  expect(await rejection(patients.history(keyless, patient, { limit: 1 }))).toMatchObject(missing)
  const update = patients.update(keyless, { key: patient, expectedVersion: 2, set: { name: 'Bea' } })
  expect(await rejection(update)).toMatchObject(missing)
})

test('the column of the envelopes is not for programs', async () => {
  const values = { ...whole(), personal: {} } as Partial<Patient>
  expect(await rejection(patients.insert(db, values))).toMatchObject({ code: 'FREEHOLD_COLUMN_UNKNOWN' })
})

test('transactions have the keys, those of Kysely too', async () => {
  await db.transaction((tx) => patients.insert(tx, whole()))
  const kysely = kyselyFor<object>(db)
  const renamed = (on: Queryable, expectedVersion: number) =>
    patients.update(on, { key: patient, expectedVersion, set: { name: `v${expectedVersion + 1}` } })
  await kysely.transaction().execute((trx) => renamed(queryableOf(trx), 1))
  await renamed(queryableOf(kysely), 2)
  await kyselyFor<object>(keyless)
    .transaction()
    .execute((trx) => renamed(queryableOf(trx, { keys: house.keys }), 3))
  expect((await rowsOf(patient)).map(({ name }) => name)).toEqual(['Ann Ångström', 'v2', 'v3', 'v4'])
  const without = renamed(queryableOf(kyselyFor<object>(keyless)), 4)
  expect(await rejection(without)).toMatchObject({ code: 'FREEHOLD_KEY_STORE_MISSING' })
})

test('raw SQL that leaves an envelope out is refused, with a code', async () => {
  await patients.insert(db, whole())
  const sql = `update patients set version = version + 1, name = 'Bea' where id = $1`
  expect(await rejection(db.query(sql, [patient]))).toMatchObject({
    code: 'FREEHOLD_PERSONAL_UNSEALED',
    details: { table: 'patients', column: 'name' },
  })
})

test.each(['alone', 'in a transaction'])('an older row is sealed by its first update, %s', async (how) => {
  await unguarded(
    'patients',
    `insert into clinic.patients (id, name, remark, detail) values ('${patient}', 'Old', 'plain', '{"a": [1]}')`,
  )
  const writing = { key: patient, expectedVersion: 1, set: { ward: 'b' } }
  const write = (on: Queryable) => patients.update(on, writing)
  const row = await (how === 'alone' ? write(db) : db.transaction(write))
  expect(row).toMatchObject({ name: 'Old', ward: 'b', version: 2 })
  expect(await rowsOf(patient)).toMatchObject([
    { name: 'Old', remark: 'plain', ward: 'a', detail: { a: [1] } },
    { name: 'Old', remark: 'plain', ward: 'b', detail: { a: [1] }, age: null },
  ])
  const [stored] = (await storedOf('patient_history', patient)).split('\n').slice(-1)
  expect(stored).not.toMatch(/Old|plain/)
  const stale = patients.update(db, { ...writing, set: { name: 'x' } })
  expect(await rejection(stale)).toMatchObject({ code: 'FREEHOLD_VERSION_CONFLICT' })
})

test('an older row of which a personal column is set is sealed as a whole', async () => {
  await unguarded(
    'patients',
    `insert into clinic.patients (id, name, remark) values ('${patient}', 'Old', 'plain')`,
  )
  await patients.update(db, { key: patient, expectedVersion: 'any', set: { remark: 'new' } })
  expect((await rowsOf(patient)).at(-1)).toMatchObject({ name: 'Old', remark: 'new' })
})

test.each([
  ['another field', `jsonb_set(data, '{personal,remark}', data #> '{personal,name}')`],
  ['another patient', `data || '{"id": "00000000-0000-0000-0000-000000000000"}'`],
  [
    'another text',
    `jsonb_set(data, '{personal,name}', to_jsonb(overlay(data #>> '{personal,name}' placing 'AAAA' from 40)))`,
  ],
  ['no text of one', `jsonb_set(data, '{personal,name}', '"personal.v1:clinic:!"')`],
])('an envelope that was moved to %s does not open', async (_what, data) => {
  await patients.insert(db, whole())
  await house.administrator(`
    begin; alter table clinic.patient_history disable trigger all;
    update clinic.patient_history set data = ${data} where entity_id = '${patient}';
    alter table clinic.patient_history enable always trigger freehold_refuse_change,
      enable always trigger freehold_refuse_truncate; commit`)
  expect(await rejection(rowsOf(patient))).toMatchObject({ code: 'FREEHOLD_PERSONAL_UNREADABLE' })
})

test('an envelope names its purpose, and is no other when the value is the same', async () => {
  await patients.insert(db, whole())
  await patients.update(db, { key: patient, expectedVersion: 1, set: { name: 'Ann Ångström' } })
  const rows = await house.administrator(
    `select data #>> '{personal,name}' as name from clinic.patient_history where entity_id = '${patient}'`,
  )
  expect(rows.map(({ name }) => purposeOf(name))).toEqual(['clinic', 'clinic'])
  expect(rows[0]?.['name']).not.toBe(rows[1]?.['name'])
})
