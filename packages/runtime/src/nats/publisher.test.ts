import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { natsIsMissing } from '../../test/fixtures/nats-server.js'
import { natsShopOfOne, publisherIs, shopStream } from '../../test/fixtures/nats-shop.js'
import { rejection } from '../../test/fixtures/rejection.js'
import { beginning, numbers, read, span } from '../../test/transports/stage.js'
import { natsTransport } from './index.js'
import { publicationOf } from './publication.js'
import { placeInStream } from './stream.js'
import { storeRun } from './stream-writer.js'

const why = natsIsMissing()

describe.skipIf(why !== undefined)(`carrying a log into NATS${why === undefined ? '' : `: ${why}`}`, () => {
  let shop: Awaited<ReturnType<typeof natsShopOfOne>>

  beforeEach(async () => {
    shop = await natsShopOfOne()
  })
  afterEach(() => shop.close())

  async function readAll(count: number): Promise<number[]> {
    const subscription = await natsTransport({ connection: shop.connection }).subscribe({
      consumer: 'billing.all',
      source: 'workshop',
      types: ['workshop.made.v1', 'workshop.noted.v1'],
      after: beginning,
    })
    const { events } = await read(subscription, count)
    await subscription.close()
    return numbers(events)
  }

  const carries = (position: number): object => ({ phase: 'carrying', position, error: undefined })
  const lastSequence = async (): Promise<number> =>
    (await shop.manager.streams.info(shopStream)).state.last_seq

  test('the message of a position has its sequence, subject, id and place', async () => {
    const publisher = shop.publisher()
    await shop.append(1, 1)
    await shop.append(2, 3, { type: 'workshop.noted.v1' })
    await publisherIs(publisher, carries(3))
    const message = await shop.manager.streams.getMessage(shopStream, { seq: 3 })
    const { rows } = await shop.db.query<{ epoch: string; segment: string }>(
      `select e.id as epoch, s.id as segment from freehold.epoch e join freehold.segment s on s.epoch = e.number and s.log = e.log
       where s.first_position <= 3 and s.first_position + s.row_count > 3`,
    )
    expect(message?.subject).toBe('freehold.workshop.noted.v1')
    expect(message?.header.get('Nats-Msg-Id')).toBe(`${rows[0]?.epoch}:3`)
    expect(await placeInStream(shop.manager, shopStream, 3)).toEqual({ position: 3, ...rows[0] })
    expect(message?.json()).toMatchObject({ specversion: '1.0', source: '/workshop', position: '3' })
    expect(await rejection(shop.manager.streams.deleteMessage(shopStream, 2))).toMatchObject({
      message: expect.stringContaining('delete') as string,
    })
  })

  test('goes on where the stream ends, however often it is begun', async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      const publisher = shop.publisher({ runLength: 7 })
      await shop.append(turn * 100 + 1, turn * 100 + 100)
      if (turn === 3) await publisherIs(publisher, carries(400))
      await publisher.stop()
    }
    expect(await readAll(400)).toEqual(span(1, 400))
    expect(await lastSequence()).toBe(400)
  })

  test('several instances at once bring each event once and in order, and one takes over from another', async () => {
    const seats = await Promise.all([1, 2, 3].map(() => shop.server.connect()))
    const publishers = seats.map((connection) => shop.publisher({ connection, runLength: 5, standbyMs: 20 }))
    for (let batch = 0; batch < 20; batch += 1) {
      await shop.append(batch * 50 + 1, batch * 50 + 50)
      // Whoever carries is taken away, as a crash would: without a farewell.
      if (batch === 10)
        await seats[publishers.findIndex(({ state }) => state().phase === 'carrying')]?.close()
    }
    await expect.poll(lastSequence).toBe(1_000)
    expect(await readAll(1_000)).toEqual(span(1, 1_000))
    // Who comes back from standing by when all is carried believes that it carries, until the next event.
    let next = 1_001
    await expect
      .poll(async () => {
        await shop.append(next, next)
        next += 1
        return publishers.filter(({ state }) => state().phase === 'standby').length
      })
      .toBeGreaterThan(0)
  })

  test('when one of a run is not stored, those after it are not either, nor one twice', async () => {
    await publisherIs(shop.publisher(), carries(0))
    const epoch = randomUUID()
    const of = (position: number, life = epoch) =>
      publicationOf('freehold', 'workshop', eventAt(position), life)
    const store = (...run: ReturnType<typeof of>[]) => storeRun(shop.connection, shopStream, run, 1_000)
    expect(await store(of(1), of(2))).toEqual({ kind: 'stored' })
    expect(await store(of(3), of(5), of(6))).toEqual({ kind: 'overtaken' })
    expect(await lastSequence()).toBe(3)
    expect(await store(of(2), of(3))).toEqual({ kind: 'overtaken' })
    // As when the server has forgotten the ids.
    expect(await store(of(2, randomUUID()), of(3, randomUUID()))).toEqual({ kind: 'overtaken' })
    expect(await lastSequence()).toBe(3)
  })

  test('gives up when the database is another than before, while it runs and when it begins', async () => {
    const publisher = shop.publisher()
    await shop.append(1, 20)
    await publisherIs(publisher, carries(20))
    await shop.append(21, 50)
    await publisherIs(publisher, carries(50))
    await shop.restore(30)
    await shop.append(51, 90)
    const forked = { phase: 'forked', error: { code: 'FREEHOLD_EVENTS_STREAM_FORKED' } }
    await publisherIs(publisher, forked)
    expect(publisher.state().error).toMatchObject({ details: { stream: shopStream, position: 50 } })
    await publisherIs(shop.publisher(), forked)
    expect(await lastSequence()).toBe(50)
  })

  test('gives up when somebody else writes to the stream, and a consumer is told which message it is', async () => {
    const publisher = shop.publisher()
    await shop.append(1, 3)
    await publisherIs(publisher, carries(3))
    await shop.connection.request('freehold.workshop.made.v1', 'garbage')
    expect(await readAll(3)).toEqual([1, 2, 3])
    expect(await rejection(readAll(4))).toMatchObject({
      code: 'FREEHOLD_EVENTS_UNREADABLE',
      details: { subject: 'freehold.workshop.made.v1', sequence: 4 },
    })
    await shop.append(4, 4)
    await publisherIs(publisher, { phase: 'forked', error: { details: { position: 4, reason: 'foreign' } } })
  })

  test('waits when the stream is full, says so, and goes on when there is room', async () => {
    const errors: unknown[] = []
    const full = shop.publisher({ maxBytes: 20_000, onError: (error) => errors.push(error) })
    await shop.append(1, 100)
    await expect
      .poll(() => errors)
      .toContainEqual(
        expect.objectContaining({
          code: 'FREEHOLD_EVENTS_NOT_CARRIED',
          message: expect.stringContaining('maximum bytes') as string,
        }),
      )
    await full.stop()
    await publisherIs(shop.publisher({ maxBytes: 1_000_000 }), carries(100))
    expect(await readAll(100)).toEqual(span(1, 100))
  })
})

function eventAt(position: number): Parameters<typeof publicationOf>[2] {
  return {
    position,
    segment: randomUUID(),
    id: randomUUID(),
    type: 'workshop.made.v1',
    key: 'k',
    at: new Date(),
    data: { n: position },
    correlation_id: null,
    causation_id: null,
    traceparent: null,
  }
}
