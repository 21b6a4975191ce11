import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../../src/database/index.js'
import { startSealer, type Sealer } from '../../src/sealing/index.js'
import { workshop, workshopService, type Workshop } from '../fixtures/workshop.js'
import { anotherServer } from './another-server.js'
import { follow } from './following.js'
import { holdTransaction } from './held-transaction.js'
import { faultless, judge } from './judge.js'
import { emptyLedger, makeKeys, write } from './load.js'
import { greatestSeqReader, horizonReader, sealedReader } from './readers.js'
import { startSealerChild } from './sealer-child.js'
import { seededForTest } from '../fixtures/seeded.js'
import { terminate } from './terminations.js'
import { appendThenChange, orderly } from './transactions.js'

const writers = 24
const application = 'adversary-sealer'
const sealers: Sealer[] = []
let shop: Workshop
let db: Database
let reading: Database

beforeAll(async () => {
  shop = await workshop()
  // The limit of the role counts the connections of all test files that run now.
  const admin = await anotherServer(shop)
  await admin.run('alter role workshop_app connection limit -1')
  await admin.close()
  db = shop.open({ max: writers })
  reading = shop.open({ max: 4 })
})
afterAll(async () => {
  await Promise.all(sealers.map((sealer) => sealer.stop()))
  await shop.drop()
})

function startSealers(count: number): void {
  for (let i = 0; i < count; i += 1)
    sealers.push(
      startSealer(workshopService, shop.open({ applicationName: application, max: 1 }), { logs: ['events'] }),
    )
}

const held = (key = ''): string[] => [
  `update items set version = version + 1 where id = '${key}'`,
  `select freehold.append_event('workshop.made.v1', '${key}', '{}')`,
]

describe('24 writers, who wait, abort, use savepoints and take their transaction ids early', () => {
  it('lose nothing by sealing and keep the order of each key, as neither usual way does', async () => {
    const random = seededForTest('sealing')
    const ledger = emptyLedger()
    const keys = await makeKeys(db, 6)
    const [slow] = await makeKeys(db, 1)
    const sealed = follow(sealedReader(reading))
    const greatest = follow(greatestSeqReader(reading))
    const horizon = follow(horizonReader(reading))
    const round = () => write(db, ledger, { random, writers, each: 6, keys, styles: orderly })
    startSealers(2)

    const elsewhere = await holdTransaction(inject('serverUrl'))
    await round()
    const here = await holdTransaction(shop.appUrl, held(slow))
    await round()
    // Both are still open: what was committed is sealed for all that, and the horizon has not moved at all.
    await expect.poll(() => sealed.read.length).toBe(ledger.acknowledged.size)
    expect(horizon.read).toEqual([])

    const terminations = await terminate(shop.adminUrl, application, random)
    await round()
    await terminations.stop(4)
    await here.commit()
    await elsewhere.commit()

    expect(ledger.unknown).toBe(0)
    expect(ledger.undone.size).toBeGreaterThan(0)
    const all = ledger.acknowledged.size + 1
    await expect.poll(() => sealed.read.length).toBe(all)
    expect(await judge(db, ledger, await sealed.finish())).toEqual(faultless)
    // Whoever reads later reads the same: nothing has come up behind the one who followed.
    expect(await follow(sealedReader(reading)).finish()).toEqual(sealed.read)

    expect((await judge(db, ledger, await greatest.finish())).lost).not.toEqual([])
    await expect.poll(() => horizon.read.length).toBe(all)
    const byHorizon = await judge(db, ledger, await horizon.finish())
    expect(byHorizon.lost).toEqual([])
    expect(byHorizon.disordered).not.toEqual([])
  })

  it('lose nothing when the processes that seal are killed', async () => {
    await Promise.all(sealers.splice(0).map((sealer) => sealer.stop()))
    const random = seededForTest('killed sealers')
    const ledger = emptyLedger()
    const keys = await makeKeys(db, 6)
    const sealed = follow(sealedReader(reading))
    let isOver = false
    const load = write(db, ledger, { random, writers, until: () => isOver, keys, styles: orderly })
    for (let killed = 0; killed < 3; killed += 1) {
      const child = startSealerChild(shop.appUrl)
      await child.hasSealed
      await child.kill()
    }
    isOver = true
    await load
    startSealers(1)
    const { rows } = await db.query<{ all: number }>('select count(*) as all from events')
    await expect.poll(() => sealed.read.length).toBe(rows[0]?.all)
    expect(await judge(db, ledger, await sealed.finish())).toEqual(faultless)
  })

  it.each([
    ['they append before they have locked the row', [appendThenChange], 1],
    ['the sequence hands out seqs beforehand', orderly, 20],
  ])('are caught when %s', async (_name, styles, cache) => {
    const admin = await anotherServer(shop)
    await admin.run(`alter sequence workshop.events_seq_seq cache ${cache}`)
    const ledger = emptyLedger()
    const keys = await makeKeys(db, 1)
    await write(db, ledger, { random: seededForTest('disorder'), writers, each: 2, keys, styles })
    await admin.run('alter sequence workshop.events_seq_seq cache 1')
    await admin.close()
    const sealed = follow(sealedReader(reading))
    const { rows } = await db.query<{ all: number }>('select count(*) as all from events')
    await expect.poll(() => sealed.read.length).toBe(rows[0]?.all)
    expect((await judge(db, ledger, await sealed.finish())).disordered).not.toEqual([])
  })
})
