import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditLog, items, workshop, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { fromRow } from '../logs/index.js'
import { VersionConflict } from './conflict.js'

let shop: Workshop
let databases: Database[]

beforeAll(async () => {
  shop = await workshop()
  databases = [shop.open(), shop.open(), shop.open({ max: 3 })]
})

afterAll(() => shop.drop())

const databaseOf = (writer: number): Database => databases[writer % databases.length] as Database

test('64 writers of one row lose no update and leave no hole in its history', async () => {
  const { id } = await items.insert(databaseOf(0), { id: randomUUID(), owner: 'ann', name: 'x' })
  const each = 4
  let conflicts = 0
  const write = async (writer: number): Promise<void> => {
    const db = databaseOf(writer)
    let current = await items.find(db, id)
    for (let done = 0; done < each;) {
      if (current === undefined) return expect.fail('the row is gone')
      const { version, amount } = current
      try {
        current = await items.update(db, {
          key: id,
          expectedVersion: version,
          set: { amount: amount + 1 },
          append: [auditLog.entry({ action: `by ${writer}`, entity_id: id, version: fromRow('version') })],
        })
        done += 1
      } catch (error) {
        if (!(error instanceof VersionConflict)) throw error
        conflicts += 1
        current = (error as VersionConflict<typeof current>).current
      }
    }
  }
  await Promise.all(Array.from({ length: 64 }, (_, writer) => write(writer)))
  const successes = 64 * each
  expect(conflicts).toBeGreaterThan(0)
  expect(await items.find(databaseOf(0), id)).toMatchObject({ amount: successes, version: successes + 1 })
  const revisions = await items.history(databaseOf(0), id, { limit: successes * 2 })
  expect(revisions.map(({ version }) => version).toReversed()).toEqual(
    Array.from({ length: successes + 1 }, (_, index) => index + 1),
  )
  const times = revisions.map(({ at }) => at.getTime()).toReversed()
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const audited = await auditLog.read(databaseOf(0), { limit: successes * 2, where: { entity_id: id } })
  expect(audited.map(({ version }) => version).toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: successes }, (_, index) => index + 2),
  )
})
