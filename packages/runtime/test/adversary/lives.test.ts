import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/database/index.js'
import { sealedEvents } from '../../src/events/sealed-events.js'
import { seal } from '../../src/sealing/index.js'
import { rejection } from '../fixtures/rejection.js'
import { workshop, type Workshop } from '../fixtures/workshop.js'
import { anotherServer, type AnotherServer } from './another-server.js'
import { holdTransaction } from './held-transaction.js'

const events = sealedEvents('workshop', 'events')
const insert = `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', $1, '{}')`
let shop: Workshop
let db: Database
let server: AnotherServer

beforeEach(async () => {
  shop = await workshop()
  db = shop.open({ max: 2 })
  server = await anotherServer(shop)
})
afterEach(async () => {
  await server.close()
  await shop.drop()
})

const append = (key: string): Promise<unknown> => db.query(insert, [key])
const sealedKeys = async (): Promise<string[]> =>
  (await events.read(db, { after: 0, limit: 1_000 })).map(({ key }) => key)
const rows = (...keys: [number, string][]): Map<number, string> => new Map(keys)

/** Three rows that were sealed on another server, and two that were not; 4 was rolled back there. */
async function restored(): Promise<void> {
  await server.bringIn(rows([1, 'a'], [2, 'b'], [5, 'c']))
  await server.setSequence(5)
  await seal(db, 'events')
  await server.moveHere()
  await server.bringIn(rows([3, 'd'], [6, 'e']))
  await server.setSequence(6)
}

describe('a log that was restored from another server', () => {
  it('keeps its positions, goes on with what was not sealed, and begins a new epoch there', async () => {
    await restored()
    await append('new')
    expect(await seal(db, 'events')).toMatchObject({ rows: 3, position: 6 })
    expect(await sealedKeys()).toEqual(['a', 'b', 'c', 'd', 'e', 'new'])
    expect(await events.epochs(db)).toMatchObject([
      { number: 1, first_position: 1 },
      { number: 2, first_position: 4 },
    ])
  })

  it('seals nothing again when the transaction ids of this server reach those that were brought in', async () => {
    await restored()
    await append('before')
    await seal(db, 'events')
    await server.catchUp()
    await append('after')
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 7 })
    await append('last')
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 8 })
    expect(await sealedKeys()).toEqual(['a', 'b', 'c', 'd', 'e', 'before', 'after', 'last'])
  })

  it('seals what was being written when the new epoch was due, after having let it end', async () => {
    await append('a')
    await seal(db, 'events')
    const open = await holdTransaction(shop.appUrl, [insert.replace('$1', `'open'`)])
    // Its seq is less than those that are brought in now: among them it would be taken for one of theirs.
    await server.bringIn(rows([100, 'brought']))
    await server.setSequence(100)
    await server.startAnew()
    expect(await seal(db, 'events')).toMatchObject({ isBusy: true })
    await open.commit()
    expect(await seal(db, 'events')).toMatchObject({ isBusy: false, rows: 2 })
    await server.catchUp()
    await append('last')
    expect(await seal(db, 'events')).toMatchObject({ rows: 1 })
    expect(await sealedKeys()).toEqual(['a', 'open', 'brought', 'last'])
  })

  it('is not sealed while it is still being restored', async () => {
    await restored()
    await server.setSequence(1)
    const refused = await rejection(seal(db, 'events'))
    expect(refused).toMatchObject({ code: '55000', message: expect.stringContaining('restored') })
    await server.bringIn(rows([7, 'f']))
    await server.setSequence(7)
    expect(await seal(db, 'events')).toMatchObject({ rows: 3, position: 6 })
    expect(await sealedKeys()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('is not sealed while the segments are there, and the rows are not', async () => {
    await append('x')
    await seal(db, 'events')
    await server.moveHere()
    await server.run(
      'alter table workshop.events disable trigger all; truncate workshop.events restart identity',
    )
    expect(await rejection(seal(db, 'events'))).toMatchObject({ code: '55000' })
    await server.bringIn(rows([1, 'x'], [2, 'y']))
    await server.setSequence(2)
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 2 })
    expect(await sealedKeys()).toEqual(['x', 'y'])
  })

  it('takes in rows that an administrator brings later, once, when a new epoch is asked for', async () => {
    await restored()
    await seal(db, 'events')
    await server.bringIn(rows([4, 'late']))
    await append('new')
    await seal(db, 'events')
    await server.startAnew()
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 7 })
    await server.catchUp()
    await append('last')
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 8 })
    expect(await sealedKeys()).toEqual(['a', 'b', 'c', 'd', 'e', 'new', 'late', 'last'])
    expect(await events.epochs(db)).toMatchObject([{}, {}, { number: 3, first_position: 7 }])
  })
})

it('goes on in a copy of the database, in an epoch of its own', async () => {
  await append('a')
  await seal(db, 'events')
  await append('b')
  const original = new URL(shop.adminUrl).pathname.slice(1)
  const copy = `${original}_copy`
  const admin = new pg.Client(inject('serverUrl'))
  await admin.connect()
  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${original}'`)
  await admin.query(`create database ${copy} template ${original}`)
  try {
    const url = new URL(shop.appUrl)
    url.pathname = `/${copy}`
    const copied = shop.open({ url: url.href, max: 1 })
    await copied.query(insert, ['c'])
    expect(await seal(copied, 'events')).toMatchObject({ rows: 2, position: 3 })
    expect((await events.read(copied, { after: 0, limit: 9 })).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
    expect(await events.epochs(copied)).toMatchObject([
      { first_position: 1 },
      { number: 2, first_position: 2 },
    ])
    await copied.close()
  } finally {
    await admin.query(`drop database ${copy} with (force)`)
    await admin.end()
  }
  expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 2 })
  expect(await events.epochs(db)).toHaveLength(1)
})
