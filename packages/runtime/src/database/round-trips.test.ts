import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wireTap, type WireTap } from '../../test/fixtures/wire-tap.js'
import { auditLog, items, workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { fromRow } from '../logs/index.js'
import type { Database } from './index.js'

let shop: Workshop
let tap: WireTap
let db: Database

beforeAll(async () => {
  shop = await workshop()
  tap = await wireTap(shop.appUrl)
  db = shop.open({ url: tap.url, max: 1 })
  await db.ping()
})

afterAll(async () => {
  await db.close()
  await tap.close()
  await shop.drop()
})

async function measured(work: () => Promise<unknown>): Promise<{ sent: string; turns: number }> {
  tap.reset()
  await work()
  return { sent: tap.sent.join(''), turns: tap.turns }
}

test('a versioned write with its history and audit rows is one round trip and one Sync', async () => {
  const { id } = await items.insert(db, { id: randomUUID(), owner: 'ann', name: 'x' })
  const write = (expectedVersion: number) =>
    items.update(db, {
      key: id,
      expectedVersion,
      set: { name: 'y' },
      append: [auditLog.entry({ action: 'renamed', entity_id: fromRow('id'), version: fromRow('version') })],
    })
  expect(await measured(() => write(1))).toEqual({ sent: 'PBDES', turns: 1 })
  expect(await measured(() => write(2))).toEqual({ sent: 'BDES', turns: 1 })
  expect(await items.history(db, id, { limit: 5 })).toHaveLength(3)
  expect(await auditLog.read(db, { limit: 5, where: { entity_id: id } })).toHaveLength(2)
})

test('a batch is one round trip and one Sync', async () => {
  const id = randomUUID()
  const statements = [
    { text: 'insert into items (id, owner, name) values ($1, $2, $3)', values: [id, 'ann', 'x'] },
    { text: 'update items set version = version + 1 where id = $1', values: [id] },
    { name: 'all of them', text: 'select version from items where id = $1', values: [id] },
  ]
  expect(await measured(() => db.batch(statements))).toEqual({ sent: 'PBDEPBDEPBDES', turns: 1 })
  expect(await measured(() => db.batch(statements.slice(1)))).toEqual({ sent: 'PBDEBDES', turns: 1 })
})

test('a transaction is a round trip for each statement and one for COMMIT', async () => {
  const two = (): Promise<void> =>
    db.transaction(async (tx) => {
      await tx.query('select $1::int', [1])
      await tx.query('select $1::int', [2])
    })
  expect(await measured(two)).toEqual({ sent: 'PBDEPBDESPBDESQ', turns: 3 })
})

test('a limit of idleness travels with BEGIN', async () => {
  const one = (): Promise<unknown> =>
    db.transaction((tx) => tx.query('select $1::int', [1]), { idleMs: 5_000 })
  expect(await measured(one)).toEqual({ sent: 'PBDEPBDEPBDESQ', turns: 2 })
})

test('statements that are not waited for share a round trip, but for the first, which begins', async () => {
  const three = (): Promise<unknown> =>
    db.transaction((tx) => Promise.all([1, 2, 3].map((n) => tx.query('select $1::int', [n]))))
  expect((await measured(three)).turns).toBe(3)
})

test('a transaction that asks nothing says nothing', async () => {
  expect(await measured(() => db.transaction(async () => undefined))).toEqual({ sent: '', turns: 0 })
})
