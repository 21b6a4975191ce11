import { randomUUID } from 'node:crypto'
import { defineService, type Service } from '@freehold/manifest'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MadeV1, makerEvents, makerService, NotedV1 } from '../../test/fixtures/maker.js'
import { rejection } from '../../test/fixtures/rejection.js'
import { wireTap } from '../../test/fixtures/wire-tap.js'
import { items, workshop, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { seal } from '../sealing/index.js'
import { causedBy, eventLog, fromCloudEvent, sealedEvents, toCloudEvent } from './index.js'

let shop: Workshop
let db: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
})

afterAll(() => shop.drop())

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const made = (itemId: string) => ({ contract: MadeV1, data: { itemId, name: 'x', version: 1 } })
const noted = (note: unknown) => ({ contract: NotedV1, data: { itemId: 'i', note } })

describe('an event', () => {
  test('is stored with its key, its causes and an id, and the next can say that it followed', async () => {
    const id = randomUUID()
    const causes = { correlationId: 'request-1', causationId: 'request-1', traceparent }
    const ids = await db.transaction((tx) => makerEvents.append(tx, { ...made('first'), id, ...causes }))
    expect(ids).toEqual([id])
    await seal(db, 'events')
    const events = sealedEvents('workshop', 'events')
    const [stored] = await events.read(db, { after: 0, limit: 10 })
    const delivered = fromCloudEvent(toCloudEvent('workshop', stored!))
    expect(delivered).toMatchObject({
      id,
      type: MadeV1.type,
      subject: 'first',
      data: made('first').data,
      ...causes,
    })
    const follows = causedBy(delivered)
    expect(follows).toEqual({ correlationId: 'request-1', causationId: id, traceparent })
    expect(causedBy({ ...delivered, correlationId: undefined })).toMatchObject({ correlationId: id })
    await db.transaction((tx) => makerEvents.append(tx, { ...made('second'), ...follows }))
    await seal(db, 'events')
    expect(await events.read(db, { after: 1, limit: 10 })).toMatchObject([
      { key: 'second', correlation_id: 'request-1', causation_id: id, traceparent },
    ])
  })

  test('has the type of its contract, alone and in a list', () => {
    const log = eventLog(makerService)
    const check = (): unknown[] => [
      // @ts-expect-error -- the version is missing
      log.entry({ contract: MadeV1, data: { itemId: 'i', name: 'x' } }),
      // @ts-expect-error -- the data of another contract
      log.statement([made('i'), { contract: MadeV1, data: { itemId: 'i', note: 1 } }]),
      log.statement([made('i'), noted(1)]),
    ]
    expect(check).toThrow(expect.objectContaining({ code: 'FREEHOLD_EVENT_INVALID' }))
  })

  test('gets a UUID of version 7 that begins with the time', async () => {
    const before = Date.now()
    const ids = await db.transaction((tx) => makerEvents.append(tx, [made('a'), made('b')]))
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
      expect(time).toBeGreaterThanOrEqual(before)
      expect(time).toBeLessThanOrEqual(Date.now())
    }
    expect(new Set(ids).size).toBe(2)
  })

  test('is stored as JSON has it, whatever is in it, alone and among others', async () => {
    const values = fc
      .jsonValue({ stringUnit: 'grapheme' })
      .filter((value) => !JSON.stringify(value).includes('\\u0000'))
    await fc.assert(
      fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 3 }), async (notes) => {
        const ids = await db.transaction((tx) => makerEvents.append(tx, notes.map(noted)))
        const { rows } = await db.query<{ data: { note: unknown } }>(
          'select data from events where id = any ($1) order by seq',
          [ids],
        )
        expect(rows.map(({ data }) => data.note)).toEqual(JSON.parse(JSON.stringify(notes)))
      }),
      { numRuns: 50 },
    )
  })
})

describe('the log of events', () => {
  test('is one that the service has declared', () => {
    const { events: _, ...owns } = makerService.owns
    const silent: Service = { ...makerService, owns }
    expect(() => eventLog(silent)).toThrow(expect.objectContaining({ code: 'FREEHOLD_EVENT_LOG_MISSING' }))
  })

  test('takes only what the service publishes', () => {
    const log = eventLog(
      defineService({ ...makerService, references: {}, consumes: {}, publishes: [NotedV1] }),
    )
    expect(() => log.entry(made('i'))).toThrow(
      expect.objectContaining({
        code: 'FREEHOLD_EVENT_NOT_PUBLISHED',
        details: { service: 'workshop', type: MadeV1.type, publishes: [NotedV1.type] },
      }),
    )
  })

  test('refuses an answer that does not say what happened', async () => {
    for (const answer of [undefined, null, 7, {}, { rows: 1 }, { rowCount: 1 }]) {
      const append = makerEvents.append({ query: async () => answer }, made('i'))
      expect(await rejection(append)).toMatchObject({ code: 'FREEHOLD_EVENT_OUTSIDE_TRANSACTION' })
    }
  })

  test('says that a transaction is read only', async () => {
    const append = db.transaction((tx) => makerEvents.append(tx, made('i')), { readOnly: true })
    expect(await rejection(append)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_READ_ONLY' })
  })

  test('costs one prepared statement in a transaction, for one event or many, and none for no event', async () => {
    const tap = await wireTap(shop.appUrl)
    const tapped = shop.open({ url: tap.url, max: 1 })
    const cost = (count: number): Promise<unknown> =>
      tapped.transaction(async (tx) => {
        await tx.query('select 1')
        tap.reset()
        const ids = await makerEvents.append(
          tx,
          Array.from({ length: count }, (_, i) => made(`${i}`)),
        )
        expect(ids).toHaveLength(count)
        return [tap.sent.join(''), tap.turns]
      })
    await cost(1)
    await cost(2)
    expect([await cost(0), await cost(1), await cost(3)]).toEqual([
      ['', 0],
      ['BDES', 1],
      ['BDES', 1],
    ])
    await tapped.close()
    await tap.close()
  })

  test('rides along with a change: both in one round trip, or neither', async () => {
    const tap = await wireTap(shop.appUrl)
    const tapped = shop.open({ url: tap.url, max: 1 })
    const change = async (id: string, version: number) => {
      const append = [makerEvents.entry({ ...made(id), correlationId: 'c' })]
      await items.update(tapped, { key: id, expectedVersion: version, set: { name: 'y' }, append })
    }
    const id = randomUUID()
    await items.insert(tapped, { id, owner: 'ann', name: 'x' })
    await change(id, 1)
    tap.reset()
    await change(id, 2)
    expect([tap.sent.join(''), tap.turns]).toEqual(['BDES', 1])
    expect(await rejection(change(id, 2))).toMatchObject({ code: 'FREEHOLD_VERSION_CONFLICT' })
    const { rows } = await db.query('select data, correlation_id from events where key = $1', [id])
    const row = { data: made(id).data, correlation_id: 'c' }
    expect(rows).toEqual([row, row])
    await tapped.close()
    await tap.close()
  })

  test('goes with others in a batch, all or none', async () => {
    const key = randomUUID()
    const audit = (action: string) => ({
      text: 'insert into audit_log (action) values ($1)',
      values: [action],
    })
    await db.batch([makerEvents.statement([made(key)]), audit('made')])
    const failing = db.batch([makerEvents.statement([made(key), made(key)]), audit('')])
    expect(await rejection(failing)).toMatchObject({ code: '23514' })
    expect((await db.query('select key from events where key = $1', [key])).rows).toHaveLength(1)
  })
})
