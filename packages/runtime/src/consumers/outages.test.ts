import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { parkedEvents } from 'freehold'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directTransport } from '../../test/fixtures/direct-transport.js'
import { entering, ledger, ledgerService, type Ledger } from '../../test/fixtures/ledger.js'
import { MadeV1, NotedV1 } from '../../test/fixtures/maker.js'
import { startConsumer, type ConsumerOptions } from './index.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

const positions = async (name: string): Promise<number[]> =>
  (await books.entries(name)).map(({ position }) => position).toSorted((a, b) => a - b)
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)

describe('it goes on by itself', () => {
  it('when the publisher cannot be reached for a while', async () => {
    const unavailable = new FreeholdError('FREEHOLD_EVENTS_UNAVAILABLE', {
      message: 'The workshop is closed.',
    })
    let failures = 3
    const before = (): void => {
      failures -= 1
      if (failures >= 0) throw unavailable
    }
    const last = await books.publish(['a', 'b'])
    const consumer = books.consume({ name: 'away', transport: directTransport(books.maker, { before }) })
    await expect.poll(() => consumer.state().position).toBe(last)
    expect(consumer.state()).toMatchObject({ status: 'running', lastError: unavailable })
    expect(await positions('away')).toEqual(upTo(last))
  })

  it('no sooner than the publisher asks for, and stops at once all the same', async () => {
    const asks: number[] = []
    let retryAfterMs: number | undefined = 700
    const before = (): void => {
      asks.push(performance.now())
      if (retryAfterMs === undefined) return
      const details = { retryAfterMs }
      throw new FreeholdError('FREEHOLD_EVENTS_UNAVAILABLE', { message: 'Too many.', details })
    }
    const transport = directTransport(books.maker, { before })
    const last = await books.publish(['a'])
    const consumer = books.consume({ name: 'asked', transport })
    await expect.poll(() => asks.length).toBe(2)
    expect((asks[1] ?? 0) - (asks[0] ?? 0)).toBeGreaterThanOrEqual(699)
    retryAfterMs = undefined
    await expect.poll(() => consumer.state().position).toBe(last)
    await consumer.stop()

    retryAfterMs = 3_600_000
    const other = books.consume({ name: 'asked-for-long', transport })
    await expect.poll(() => other.state().lastError).toBeInstanceOf(FreeholdError)
    const begun = performance.now()
    await other.stop()
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it('when its database loses all connections, in the middle of effects', async () => {
    const name = 'cut'
    const admin = new pg.Client(books.adminUrl)
    await admin.connect()
    const db = books.open({ applicationName: 'cut' })
    let cuts = 4
    const last = await books.publish(Array.from({ length: 60 }, (_, i) => `key-${i % 7}`))
    const consumer = books.consume({
      name,
      db,
      batch: 10,
      apply: async (tx, events) => {
        await entering(name)(tx, events)
        cuts -= 1
        if (cuts >= 0)
          await admin.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'`,
          )
      },
    })
    await expect.poll(() => consumer.state().position).toBe(last)
    await admin.end()
    expect(await positions(name)).toEqual(upTo(last))
    expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toEqual([])
  })

  it('when transactions collide, as often as they do: no event is to blame', async () => {
    const name = 'colliding'
    let collisions = 12
    const last = await books.publish(['a', 'b', 'c'])
    const consumer = books.consume({
      name,
      retry: { attempts: 1, firstMs: 1, mostMs: 5 },
      apply: async (tx, events) => {
        await entering(name)(tx, events)
        collisions -= 1
        if (collisions >= 0)
          throw new FreeholdError('FREEHOLD_SERIALIZATION_FAILURE', { message: 'Somebody else won.' })
      },
    })
    await expect.poll(() => consumer.state().position).toBe(last)
    expect(await positions(name)).toEqual(upTo(last))
    expect(await parkedEvents(books.db, 'ledger').list({ consumer: name })).toEqual([])
  })

  it('in all lanes but that of an event which waits to be tried again, and stops at once', async () => {
    const name = 'waiting'
    const enter = entering(name)
    const consumer = books.consume({
      name,
      retry: { attempts: 5, firstMs: 600_000, mostMs: 600_000 },
      apply: async (tx, events) => {
        await enter(tx, events)
        if (events.some(({ subject }) => subject === 'stuck')) throw new RangeError('stuck')
      },
    })
    const first = await books.publish(['stuck', 'a', 'b', 'c', 'd'])
    const last = await books.publish(['e', 'f', 'g', 'stuck', 'a'])
    // One lane has come to where the stuck event is; "c" and "g" are of other lanes.
    await expect
      .poll(async () => (await books.entries(name)).filter(({ position }) => position > first - 5).length)
      .toBeGreaterThanOrEqual(7)
    const { position, lag, head, lastError } = consumer.state()
    expect(position).toBeLessThan(first - 4)
    expect({ head, behind: lag.events }).toEqual({ head: last, behind: last - (position ?? 0) })
    expect(lastError).toBeInstanceOf(RangeError)
    const begun = performance.now()
    await consumer.stop()
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it('and tells when it cannot write what it must, instead of blaming events', async () => {
    const name = 'unrecorded'
    const admin = new pg.Client(books.adminUrl)
    await admin.connect()
    await admin.query('revoke update (moved_at) on freehold.consumer_lane from ledger_app')
    const last = await books.publish(['a'])
    const consumer = books.consume({ name, retry: { attempts: 1 } })
    await expect
      .poll(() => consumer.state().lastError)
      .toMatchObject({ code: 'FREEHOLD_CONSUMER_UNRECORDED' })
    await admin.query('grant update (moved_at) on freehold.consumer_lane to ledger_app')
    await admin.end()
    await expect.poll(() => consumer.state().position).toBe(last)
    expect(await positions(name)).toEqual(upTo(last))
  })
})

describe('when the log of the publisher is another one', () => {
  const forked = (forkPosition?: number): FreeholdError =>
    new FreeholdError('FREEHOLD_EVENTS_CURSOR_FORKED', {
      message: 'This is another life.',
      details: { forkPosition },
    })

  it('stops and tells, unless it shall replay', async () => {
    const name = 'stopping'
    const last = await books.publish(['a'])
    const told: unknown[] = []
    let error: FreeholdError | undefined
    const before = (): void => {
      if (error) throw error
    }
    const options = {
      name,
      transport: directTransport(books.maker, { before }),
      waitMs: 20,
      onForked: (fork: unknown) => told.push(fork),
    }
    const consumer = books.consume(options)
    await expect.poll(() => consumer.state().position).toBe(last)
    error = forked(last - 1)
    await expect.poll(() => consumer.state()).toMatchObject({ status: 'forked', lanes: [], lastError: error })
    expect(told).toEqual([error])
    // Nor does it replay when the publisher does not know from where.
    error = forked()
    const other = books.consume({ ...options, onFork: 'replay' })
    await expect.poll(() => other.state().status).toBe('forked')
    expect(await positions(name)).toEqual(upTo(last))
  })

  it('goes back to where the two part, and gives up what is parked beyond', async () => {
    const name = 'replaying'
    const at = { consumer: name, source: 'workshop', key: 'x' }
    const last = await books.publish(['a', 'x', 'b'])
    let isForked = false
    const before = (): void => {
      if (!isForked) return
      isForked = false
      throw forked(last - 2)
    }
    const consumer = books.consume({
      name,
      transport: directTransport(books.maker, { before }),
      waitMs: 20,
      onFork: 'replay',
      retry: { attempts: 1 },
      apply: async (tx, events) => {
        await entering(name)(tx, events)
        if (events.some(({ subject }) => subject === 'x')) throw new RangeError('x')
      },
    })
    await expect.poll(() => consumer.state().position).toBe(last)
    isForked = true
    await expect
      .poll(async () => (await parkedEvents(books.db, 'ledger').show(at)).map(({ state }) => state))
      .toEqual(['discarded', 'parked'])
    const more = await books.publish(['c'])
    await expect.poll(() => consumer.state().position).toBe(more)
    const after = (await books.entries(name)).map(({ position }) => position).filter((it) => it >= last - 2)
    expect(after).toEqual([last - 2, last, last, more])
  })
})

it.each<[string, Partial<ConsumerOptions>, string]>([
  ['a name that is none', { name: 'No Name' }, 'is no name'],
  ['no types', { types: [] }, 'names no types'],
  [
    'a type that the manifest does not name',
    { types: ['workshop.else.v1'] },
    'workshop.else.v1 of "workshop"',
  ],
  ['a source that the manifest does not name', { source: 'constructor' }, 'not in the consumes of "ledger"'],
  ['handlers beside apply', { handlers: {} }, 'either handlers or apply'],
  ['no lanes', { lanes: 0 }, 'lanes is a number'],
  ['half an event', { batch: 0.5 }, 'batch is a number'],
  ['no lease', { leaseMs: 1 }, 'leaseMs is a number'],
  ['no waiting', { waitMs: -1 }, 'waitMs is a number'],
  ['no attempts', { retry: { attempts: 0 } }, 'retry.attempts is a number'],
])('does not start with %s', (_, wrong, problem) => {
  const options = {
    service: ledgerService,
    name: 'fine',
    source: 'workshop',
    transport: directTransport(books.maker),
    db: books.db,
    apply: entering('fine'),
    types: [MadeV1.type, NotedV1.type],
    ...wrong,
  } as ConsumerOptions
  expect(() => startConsumer(options)).toThrow(
    expect.objectContaining({
      code: 'FREEHOLD_CONSUMER_INVALID',
      message: expect.stringContaining(problem) as string,
    }),
  )
})
