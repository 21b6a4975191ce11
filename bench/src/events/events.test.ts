import { randomUUID } from 'node:crypto'
import { connect, type Database } from '@freehold/runtime'
import { sealedEvents } from '@freehold/runtime/events'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { benchStageOn } from '../stage/bench-stage.js'
import { Closing } from '../stage/closing.js'
import type { Stage } from '../stage/stage.js'
import { fillNotes, noteId } from '../writes/rows.js'
import { arrivals, insertArrivals } from './arrivals.js'
import { drained } from './drain/backlog.js'
import { byFreehold as drainByFreehold } from './drain/by-freehold.js'
import { bySql } from './drain/by-sql.js'
import { byFreehold as tellByFreehold } from './latency/by-freehold.js'
import { Ear } from './latency/herald.js'
import { byFreehold as produceByFreehold } from './produce/by-freehold.js'
import { byPg } from './produce/by-pg.js'

// The peers are left out: what they install takes longer than all of this.
let stage: Stage
let publisherUrl: string
let readerUrl: string
let reader: pg.Client
let database: Database
let closing: Closing

beforeAll(async () => {
  stage = await benchStageOn(inject('serverUrl'))
  publisherUrl = stage.databases.appUrl('bench')
  readerUrl = stage.databases.appUrl('reader')
  await fillNotes(publisherUrl, ['notes', 'pages', 'plain_notes'])
  reader = new pg.Client({ connectionString: stage.databases.adminUrl('reader') })
  await reader.connect()
  database = connect({ url: publisherUrl, applicationName: 'tests', max: 1 })
})

afterAll(async () => {
  await reader.end()
  await database.close()
  await stage.databases.drop()
})

beforeEach(() => {
  closing = new Closing()
})

afterEach(() => closing[Symbol.asyncDispose]())

describe('the benchmark of events', () => {
  it('tells one event for each operation, however it tells it', async () => {
    const contenders = produceByFreehold(publisherUrl, closing)
    for (const { operation } of contenders) await operation?.(0)
    const log = sealedEvents('bench', 'events')
    await expect.poll(() => log.head(database)).toBe(contenders.length)
    const events = await log.read(database, { after: 0, limit: 10 })
    expect(events.map(({ key }) => key)).toEqual(contenders.map(() => noteId(0)))
    for (const { operation } of byPg(publisherUrl, closing)) await operation?.(0)
    expect((await database.query('select from outbox')).rowCount).toBe(2)
  })

  it('hears what is told, and a backlog has its effects once', async () => {
    const ear = new Ear()
    const herald = await tellByFreehold(publisherUrl, readerUrl, ear.hear, closing)
    const id = randomUUID()
    await herald.tell(id)
    expect(await ear.heardAt(id)).toBeLessThanOrEqual(performance.now())
    await closing[Symbol.asyncDispose]()
    await reader.query(`truncate ${arrivals}`)
    const drains = [
      await bySql(stage.databases.adminUrl('bench'), stage.databases.adminUrl('reader'), closing),
      drainByFreehold(publisherUrl, readerUrl, 'feed', 'batch', closing),
      drainByFreehold(publisherUrl, readerUrl, 'feed', 'one', closing),
    ]
    for (const drain of drains) expect(await drained(drain, reader).slice?.(50, 0.02)).toBeGreaterThan(0)
  })

  it.each([
    [1, ['a'], true],
    [2, ['a'], false],
    [1, ['a', 'a'], false],
    [2, ['a', 'a'], false],
  ])(
    'counts only what had its effect once: %i events with the effects %j',
    async (count, effects, counts) => {
      const ids = { a: randomUUID() }
      const event = { type: 'bench.note-revised.v1', key: 'k', data: {} }
      const rows = effects.map((name) => ({ ...event, id: ids[name as 'a'] }))
      const drain = async (): Promise<void> => void (await reader.query(insertArrivals(arrivals, rows)))
      const contender = drained({ name: 'x', pace: count, fill: () => Promise.resolve(), drain }, reader)
      const measured = contender.slice?.(1, 1)
      if (counts) expect(await measured).toBeGreaterThan(0)
      else await expect(measured).rejects.toThrow(`${count} events had ${effects.length} effects`)
    },
  )
})
