import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sealedEvents } from '../events/index.js'
import { partitionRows, yard, yardService, type Yard } from '../../test/fixtures/yard.js'
import { startSealer } from './index.js'

const writers = 16
const each = 250
const rows = 2
const insert = `insert into events (id, type, key, data)
  select gen_random_uuid(), 'yard.made.v1', $1 || n, '{}' from generate_series(1, ${rows}) n`

let shop: Yard
beforeAll(async () => {
  shop = await yard()
})
afterAll(() => shop.drop())

it('fills small partitions by many writers, none of whom ever meets a missing one, and seals all of it in order', async () => {
  const failures: unknown[] = []
  const db = shop.open({ max: writers, onCommit: () => sealer.nudge() })
  const sealer = startSealer(yardService, shop.open({ max: 1 }), { onError: (error) => failures.push(error) })
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; n < each; n += 1) {
      const isUndone = n % 5 === 0
      await db
        .transaction(async (tx) => {
          await tx.query(insert, [`w${writer}.${n}.`])
          if (isUndone) throw new RangeError('undone')
        })
        .catch((error: unknown) => (error instanceof RangeError ? undefined : failures.push(error)))
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  const total = (writers * each * rows * 4) / 5
  await expect.poll(() => sealer.sealedBeyond('events', total - 1, { waitMs: 1_000 })).toBe(total)
  await sealer.stop()
  expect(failures).toEqual([])

  const admin = new pg.Client(shop.adminUrl)
  await admin.connect()
  const used = await admin.query('select distinct tableoid from yard.events')
  await admin.end()
  expect(used.rowCount).toBe(Math.ceil((writers * each * rows) / partitionRows))

  const log = sealedEvents('yard', 'events')
  const read = await log.read(db, { after: 0, limit: total + 1 })
  expect(read.map(({ position }) => position)).toEqual(Array.from({ length: total }, (_, n) => n + 1))
  for (const after of [partitionRows - 3, total - 7]) {
    const part = await log.read(db, { after, limit: 5 })
    expect(part).toEqual(read.slice(after, after + 5))
  }
})
