import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'
import { NotedV1 } from '../../test/fixtures/maker.js'
import { rejection } from '../../test/fixtures/rejection.js'
import type { Transaction } from '../database/index.js'
import type { Delivered } from '../events/index.js'
import { on, parked, type Consumer, type ConsumerFailure } from './index.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

const quick = { attempts: 3, firstMs: 5, mostMs: 20 }

/** Enters, but refuses events whose data says so, after it has written. */
function refusing(name: string, isRefused: (event: Delivered) => boolean) {
  const enter = entering(name)
  return async (tx: Transaction, events: readonly Delivered[]): Promise<void> => {
    await enter(tx, events)
    const bad = events.find(isRefused)
    if (bad) throw new RangeError(`cannot take ${bad.subject}`)
  }
}

function isBad({ data }: Delivered): boolean {
  return (data as { note: { bad?: boolean } }).note.bad === true
}

async function through(consumer: Consumer, position: number): Promise<void> {
  await expect.poll(() => consumer.state().position).toBe(position)
}

async function keysOf(name: string): Promise<string[]> {
  return (await books.entries(name)).map(({ key }) => key)
}

describe('an event that cannot be handled', () => {
  it('parks its own key, in order, after its attempts; all others go on', async () => {
    const name = 'poisoned'
    const failures: ConsumerFailure[] = []
    const start = (await books.publish(['a', 'b', 'c'])) - 3
    await books.publish(['p'], { bad: true })
    const last = await books.publish(['p', 'a', 'p', 'b'])
    const consumer = books.consume({
      name,
      apply: refusing(name, isBad),
      retry: quick,
      onError: (_, failure) => failures.push(failure),
    })
    await through(consumer, last)
    expect((await keysOf(name)).toSorted()).toEqual(['a', 'a', 'b', 'b', 'c'])
    const { list, show } = parked(books.db, 'ledger')
    expect(await list({ consumer: name })).toMatchObject([
      {
        consumer: name,
        source: 'workshop',
        key: 'p',
        events: 3,
        position: start + 4,
        type: NotedV1.type,
        error: 'RangeError: cannot take p',
        attempts: 3,
        isRetried: false,
      },
    ])
    const events = await show({ consumer: name, source: 'workshop', key: 'p' })
    expect(events).toMatchObject([
      {
        state: 'parked',
        attempts: 3,
        event: { position: start + 4, subject: 'p', time: expect.any(Date) as Date },
      },
      { state: 'parked', attempts: 0, error: null },
      { state: 'parked', attempts: 0, error: null },
    ])
    expect(failures.map(({ isParked, event }) => [event?.subject, isParked])).toEqual([
      ['p', false],
      ['p', false],
      ['p', true],
    ])
    await expect.poll(() => consumer.state().parked).toBe(3)
    expect(await list({ consumer: 'other' })).toEqual([])
    await consumer.stop()
  })

  it('is tried again, edited and discarded, and each is recorded', async () => {
    const name = 'mended'
    const at = { consumer: name, source: 'workshop', key: 'q' }
    const first = await books.publish(['q'], { bad: true })
    const second = await books.publish(['q'], { bad: true })
    const third = await books.publish(['q', 'r'])
    const consumer = books.consume({ name, apply: refusing(name, isBad), retry: quick })
    await through(consumer, third)
    const { retry, edit, discard, show, list } = parked(books.db, 'ledger')
    const states = async (): Promise<string[]> => (await show(at)).map(({ state }) => state)

    expect(await retry(at, { who: 'ann' })).toBe(3)
    await expect.poll(async () => (await show(at))[0]).toMatchObject({ state: 'parked', attempts: 4 })
    expect(await states()).toEqual(['parked', 'parked', 'parked'])

    await edit({ ...at, position: first, data: { itemId: 'q', note: {} } }, { who: 'ann', why: 'was bad' })
    await retry(at, { who: 'ann', why: 'mended' })
    await expect.poll(states).toEqual(['applied', 'parked', 'parked'])
    expect((await show(at))[0]?.actions).toMatchObject([
      { action: 'retry', who: 'ann', why: null, before: null, at: expect.any(Date) as Date },
      { action: 'edit', who: 'ann', why: 'was bad', before: { note: { bad: true } } },
      { action: 'retry', who: 'ann', why: 'mended' },
    ])

    expect(await discard({ ...at, position: second }, { who: 'bob', why: 'a joke' })).toBe(1)
    // Its key is not free: what is behind it goes first.
    const fourth = await books.publish(['q'])
    await through(consumer, fourth)
    await expect.poll(states).toEqual(['applied', 'discarded', 'parked', 'parked'])
    await retry(at, { who: 'bob' })
    await expect.poll(states).toEqual(['applied', 'discarded', 'applied', 'applied'])
    const fifth = await books.publish(['q'])
    await through(consumer, fifth)
    const entries = (await books.entries(name)).filter(({ key }) => key === 'q')
    expect(entries.map(({ position }) => position)).toEqual([first, third - 1, fourth, fifth])
    expect(await list({ consumer: name, source: 'workshop' })).toMatchObject([{ key: 'p' }])
  })

  it('lets its key go on when all of it is discarded', async () => {
    const name = 'discarded'
    const at = { consumer: name, source: 'workshop', key: 's' }
    await books.publish(['s'], { bad: true })
    const last = await books.publish(['s'])
    const consumer = books.consume({ name, apply: refusing(name, isBad), retry: quick })
    await through(consumer, last)
    expect(await parked(books.db, 'ledger').discard(at, { who: 'ann', why: 'test' })).toBe(2)
    const next = await books.publish(['s'])
    await through(consumer, next)
    expect((await books.entries(name)).filter(({ key }) => key === 's')).toMatchObject([{ position: next }])
  })

  it('is nothing that anybody may touch without a reason, or that is not there', async () => {
    const { retry, edit, discard } = parked(books.db, 'ledger')
    const at = { consumer: 'x', source: 'workshop', key: 'none' }
    const reason = { who: 'ann', why: 'x' }
    const nowhere = { code: 'FREEHOLD_PARKED_UNKNOWN' }
    expect(await rejection(retry(at, reason))).toMatchObject(nowhere)
    expect(await rejection(edit({ ...at, position: 1, data: {} }, reason))).toMatchObject(nowhere)
    expect(await rejection(discard(at, reason))).toMatchObject(nowhere)
    const nobody = { code: 'FREEHOLD_PARKED_REASON_MISSING' }
    expect(await rejection(retry(at, { who: '' }))).toMatchObject(nobody)
    expect(await rejection(discard(at, { who: 'ann', why: ' ' }))).toMatchObject(nobody)
  })
})

describe('a handler', () => {
  it('gets the events of its type, and its effect is undone when it fails', async () => {
    const name = 'handled'
    const seen: unknown[] = []
    let failures = 2
    const consumer = books.consume({
      name,
      retry: quick,
      handlers: {
        [NotedV1.type]: on(NotedV1, async (tx, event) => {
          await entering(name)(tx, [event])
          if (event.subject === 'flaky' && failures-- > 0) throw new Error('not now')
          seen.push(event.data.note)
        }),
      },
    })
    const last = await books.publish(['flaky', 'firm'], { said: 'yes' })
    await through(consumer, last)
    expect((await keysOf(name)).filter((key) => key === 'flaky')).toEqual(['flaky'])
    expect(seen.at(-1)).toEqual({ said: 'yes' })
    expect((await parked(books.db, 'ledger').list({ consumer: name })).map(({ key }) => key)).toEqual([])
  })

  it('that swallows the error of a statement stores nothing', async () => {
    const name = 'swallowing'
    const consumer = books.consume({
      name,
      retry: quick,
      apply: async (tx, events) => {
        await entering(name)(tx, events)
        if (events.some(({ subject }) => subject === 'swallowed'))
          await tx.query('select 1 / 0').catch(() => undefined)
      },
    })
    const last = await books.publish(['swallowed'])
    await through(consumer, last)
    expect(await parked(books.db, 'ledger').list({ consumer: name })).toMatchObject([
      { key: 'swallowed', error: expect.stringContaining('transaction is aborted') as string },
    ])
  })
})
