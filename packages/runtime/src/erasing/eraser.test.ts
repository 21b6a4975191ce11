import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineService, immutable } from '@freehold/manifest'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { club, clubService, eraseMembers, joined, type Club } from '../../test/fixtures/club.js'
import type { Database } from '../database/index.js'
import { isErased, type KeyFinder, type KeyStore } from '../personal/index.js'
import { erasureRequests, startEraser, type Eraser, type EraserOptions } from './index.js'
import { keysOfLiving } from './living.js'

let house: Club
let db: Database
let keys: KeyStore
const erasers: Eraser[] = []
const requests = erasureRequests(clubService)

beforeAll(async () => {
  house = await club()
  db = house.open()
  keys = await house.openKeys()
})
afterEach(async () => {
  await Promise.all(erasers.splice(0).map((eraser) => eraser.stop()))
})
afterAll(() => house.drop())

function erasing(options: Partial<EraserOptions> = {}): Eraser {
  const eraser = startEraser({
    service: clubService,
    db,
    keys,
    erase: eraseMembers,
    everyMs: 20,
    settleMs: 50,
    ...options,
  })
  erasers.push(eraser)
  return eraser
}

async function steps(subject: string): Promise<{ step: string; rows: Record<string, number> | undefined }[]> {
  const { rows } = await db.query<{ step: string; rows: Record<string, number> | null }>(
    `select step, detail -> 'rows' as rows from erasures where subject = $1 order by seq`,
    [subject],
  )
  return rows.map(({ step, rows }) => ({ step, rows: rows ?? undefined }))
}

const stepNames = async (subject: string): Promise<string[]> => (await steps(subject)).map(({ step }) => step)

async function left(subject: string): Promise<number> {
  const { rows } = await db.query<{ left: number }>(
    `select (select count(*) from members where person = $1)::integer
       + (select count(*) from letters where reader = $1)::integer as left`,
    [subject],
  )
  return rows[0]?.left ?? -1
}

const done = ['asked', 'forgotten', 'erased']

test('somebody is forgotten: keys, rows, and what was done is in the log; others stay', async () => {
  const [gone, stays] = [await joined(db, keys), await joined(db, keys)]
  erasing()
  await db.transaction((tx) => requests.ask(tx, { subject: gone, reason: 'They asked.' }))
  await expect.poll(() => stepNames(gone)).toEqual(done)
  expect(await steps(gone)).toMatchObject([{}, {}, { rows: { members: 1, letters: 1 } }])
  expect(await left(gone)).toBe(0)
  expect(
    (await keys.find(['club', 'letters'].map((purpose) => ({ subject: gone, purpose })))).every(isErased),
  ).toBe(true)
  expect(await left(stays)).toBe(2)
  expect(await keys.find([{ subject: stays, purpose: 'club' }])).toMatchObject([
    { secret: expect.any(Buffer) },
  ])
})

test('what was erased by whoever asked is counted once, with the rest', async () => {
  const person = await joined(db, keys)
  erasing()
  await db.transaction(async (tx) => {
    const { rowCount } = await tx.query('delete from letters where reader = $1', [person])
    await requests.ask(tx, { subject: person, rows: { letters: rowCount ?? 0, drafts: 3 } })
  })
  await expect.poll(() => stepNames(person)).toEqual(done)
  expect((await steps(person)).at(-1)).toEqual({
    step: 'erased',
    rows: { members: 1, letters: 1, drafts: 3 },
  })
})

test('what was asked in a transaction that did not come to its end is not done', async () => {
  const person = await joined(db, keys)
  erasing()
  await db
    .transaction(async (tx) => {
      await requests.ask(tx, { subject: person })
      throw new Error('not after all')
    })
    .catch(() => undefined)
  const other = await joined(db, keys)
  await requests.ask(db, { subject: other })
  await expect.poll(() => stepNames(other)).toEqual(done)
  expect(await left(person)).toBe(2)
})

test('for one purpose alone, the rest stays', async () => {
  const person = await joined(db, keys)
  erasing()
  await requests.ask(db, { subject: person, purpose: 'letters' })
  await expect.poll(() => stepNames(person)).toEqual(done)
  expect(await left(person)).toBe(1)
  const states = await keys.find(['letters', 'club'].map((purpose) => ({ subject: person, purpose })))
  expect(states.map(isErased)).toEqual([true, false])
})

test('what a transaction stores that was open meanwhile is erased too, before it is said to be done', async () => {
  const person = await joined(db, keys)
  const eraser = erasing()
  await db.transaction(async (tx) => {
    await tx.query('insert into members (id, person, name) values ($1, $2, $3)', [
      randomUUID(),
      person,
      'late',
    ])
    await requests.ask(db, { subject: person })
    eraser.nudge()
    await expect.poll(() => stepNames(person)).toEqual(['asked', 'forgotten'])
    // Long enough for several looks after it is settled but for this transaction.
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await stepNames(person)).toEqual(['asked', 'forgotten'])
  })
  await expect.poll(() => stepNames(person)).toEqual(done)
  expect(await steps(person)).toMatchObject([
    {},
    { rows: { members: 1 } },
    { rows: { members: 2, letters: 1 } },
  ])
  expect(await left(person)).toBe(0)
})

test('a function that leaves rows is named, nothing of it is stored, and it is done when it is mended', async () => {
  const [person, other] = [await joined(db, keys), await joined(db, keys)]
  const errors: unknown[] = []
  let isMended = false
  erasing({
    erase: async (tx, erasable) => {
      if (isMended || erasable.subject === other) return eraseMembers(tx, erasable)
      return { letters: (await tx.query('delete from letters where reader = $1', [person])).rowCount ?? 0 }
    },
    onError: (error) => errors.push(error),
  })
  await requests.ask(db, { subject: person })
  await requests.ask(db, { subject: other })
  await expect.poll(() => stepNames(other)).toEqual(done)
  await expect.poll(() => errors.length).toBeGreaterThan(0)
  expect(errors[0]).toMatchObject({ code: 'FREEHOLD_ERASURE_INCOMPLETE', details: { left: { members: 1 } } })
  expect(await left(person)).toBe(2)
  // The keys are gone all the same: there is no way back.
  expect((await keys.find([{ subject: person, purpose: 'club' }])).every(isErased)).toBe(true)
  isMended = true
  await expect.poll(() => stepNames(person)).toEqual(done)
})

test('of several processes one does it, and it is told once', async () => {
  for (let n = 0; n < 4; n += 1) erasing({ db: house.open(), keys: await house.openKeys() })
  const people = await Promise.all(Array.from({ length: 12 }, () => joined(db, keys)))
  await Promise.all(people.map((subject) => requests.ask(db, { subject })))
  for (const subject of people) await expect.poll(() => stepNames(subject)).toEqual(done)
})

test('errors that were kept with events that could not be handled lose what they quote', async () => {
  const person = await joined(db, keys)
  const event = { type: 'others.joined.v1', data: { person, name: 'personal.v1:others:AAAA' }, subject: 'k' }
  await db.query(
    `insert into freehold.parked_event (service, consumer, source, lane, key, position, event, error, attempts)
     values ('club', 'c', 'others', 0, 'k', 1, $1, 'Ada is no good', 1)`,
    [JSON.stringify(event)],
  )
  erasing()
  await requests.ask(db, { subject: person })
  await expect.poll(() => stepNames(person)).toEqual(done)
  const { rows } = await db.query('select error from freehold.parked_event')
  expect(rows).toEqual([{ error: 'erased' }])
})

test('a database that was restored is brought to what the key store remembers, and the other way round', async () => {
  const person = await joined(db, keys)
  // The database knows nothing of it: it was restored to a time before.
  await keys.destroy({ subject: person })
  const errors: unknown[] = []
  const first = erasing({ onError: (error) => errors.push(error) })
  await expect.poll(() => stepNames(person)).toEqual(done)
  expect(await left(person)).toBe(0)
  await first.stop()
  // The store knows nothing of it: it was restored, and has the key again.
  await rm(house.store, { recursive: true })
  keys = await house.openKeys()
  await keys.obtain({ subject: person, purpose: 'club' })
  erasing({ keys })
  await expect
    .poll(async () => (await keys.find([{ subject: person, purpose: 'club' }])).every(isErased))
    .toBe(true)
  expect(errors).toEqual([])
})

test('a store that cannot be used is told, and it goes on when it can', async () => {
  const person = await joined(db, keys)
  const errors: unknown[] = []
  erasing({ onError: (error) => errors.push(error) })
  await expect.poll(() => stepNames(person)).toEqual([])
  const ledger = join(house.store, 'forgotten')
  await rm(ledger)
  await requests.ask(db, { subject: person })
  await expect.poll(() => errors.length).toBeGreaterThan(0)
  expect(errors[0]).toMatchObject({ code: 'FREEHOLD_KEY_STORE_UNAVAILABLE' })
  expect(await stepNames(person)).toEqual(['asked'])
  expect(await left(person)).toBe(2)
  await writeFile(ledger, '')
  await expect.poll(() => stepNames(person)).toEqual(done)
})

test('a service without a log of erasures is told so', () => {
  const service = defineService({ name: 'club', database: 'c', owns: { a: immutable({ kind: 'audit' }) } })
  expect(() => erasureRequests(service)).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_ERASURE_LOG_MISSING' }),
  )
})

test('of whoever is to be forgotten here, what others tell is erased, though they have the key still', async () => {
  const [gone, partly, stays] = [await joined(db, keys), await joined(db, keys), await joined(db, keys)]
  await requests.ask(db, { subject: gone })
  await requests.ask(db, { subject: partly, purpose: 'letters' })
  const asked: (readonly string[])[] = []
  const publisher: KeyFinder = {
    find: (names) => {
      asked.push(names.map(({ subject }) => subject))
      return keys.find(names)
    },
  }
  const names = [gone, stays, gone, partly].map((subject) => ({ subject, purpose: 'club' }))
  const states = await keysOfLiving(clubService, db, publisher).find(names)
  expect(states.map(isErased)).toEqual([true, false, true, false])
  expect(asked).toEqual([[stays, partly]])
})

test('what is no subject is not asked for, and one that got into the log all the same holds up nobody', async () => {
  for (const subject of ['', 'x'.repeat(201)])
    expect(await rejection(requests.ask(db, { subject }))).toMatchObject({
      code: 'FREEHOLD_PERSONAL_SUBJECT_MISSING',
    })
  const nobody = 'x'.repeat(300)
  await db.query(`insert into erasures (id, step, subject) values ($1, 'asked', $2)`, [randomUUID(), nobody])
  const person = await joined(db, keys)
  const errors: unknown[] = []
  erasing({ onError: (error) => errors.push(error) })
  await requests.ask(db, { subject: person })
  await expect.poll(() => stepNames(person)).toEqual(done)
  expect(errors[0]).toMatchObject({ code: 'FREEHOLD_PERSONAL_SUBJECT_MISSING' })
})
