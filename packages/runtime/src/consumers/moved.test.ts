import { consumerCursors, parkedEvents, publishedLog } from 'freehold'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { consumerProcess } from '../../test/fixtures/consumer-process.js'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'
import { rejection } from '../../test/fixtures/rejection.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

const reason = { who: 'ann', why: 'a test' }
const quick = { attempts: 1, firstMs: 1, mostMs: 5 }

async function move(consumer: string, place: number | 'start' | 'end') {
  const cursor = await publishedLog(books.maker, 'workshop', 'events').cursorAt(place)
  return consumerCursors(books.db, 'ledger').move({ consumer }, cursor, reason)
}

/** In the order of the log: lanes are independent of each other. */
async function positions(name: string): Promise<number[]> {
  return (await books.entries(name)).map(({ position }) => position).toSorted((a, b) => a - b)
}

async function fences(name: string): Promise<number[]> {
  const { rows } = await books.db.query<{ fence: number }>(
    'select fence from freehold.consumer_lane where consumer = $1 order by lane',
    [name],
  )
  return rows.map(({ fence }) => fence)
}

it('goes back, and on over what is skipped; what was parked beyond comes again', async () => {
  const name = 'moved'
  const start = await books.publish(['a'])
  const last = await books.publish(['a', 'bad', 'b', 'bad', 'a'])
  let isBad = true
  const consume = () =>
    books.consume({
      name,
      retry: quick,
      apply: async (tx, events) => {
        if (isBad && events.some(({ subject }) => subject === 'bad')) throw new RangeError('bad')
        await entering(name)(tx, events)
      },
    })
  const first = consume()
  await expect.poll(() => first.state().position).toBe(last)
  await first.stop()
  const before = await fences(name)
  expect(await move(name, start + 3)).toEqual({
    consumer: name,
    source: 'workshop',
    from: last,
    to: start + 3,
    discarded: 1,
  })
  expect(await fences(name)).toEqual(before.map((fence) => fence + 1))
  isBad = false
  const second = consume()
  await expect.poll(() => second.state().position).toBe(last)
  const at = { consumer: name, source: 'workshop', key: 'bad' }
  // The first one still waits, and what comes again is behind it.
  expect(
    (await parkedEvents(books.db, 'ledger').show(at)).map(({ event, state }) => [event.position, state]),
  ).toEqual([
    [start + 2, 'parked'],
    [start + 4, 'discarded'],
    [start + 4, 'parked'],
  ])
  expect((await positions(name)).filter((position) => position > start)).toEqual([
    ...[1, 3, 5].map((n) => start + n),
    start + 5,
  ])
  await second.stop()

  const skipped = await books.publish(['a', 'b'])
  expect(await move(name, 'end')).toMatchObject({ from: last, to: skipped, discarded: 0 })
  const more = await books.publish(['c'])
  const third = consume()
  await expect.poll(() => third.state().position).toBe(more)
  expect((await positions(name)).filter((position) => position > last)).toEqual([more])
  await third.stop()

  const { rows } = await books.db.query<object>(
    `select before, position, who, why from freehold.consumer_move where consumer = $1 order by id`,
    [name],
  )
  expect(rows).toMatchObject([
    { position: start + 3, ...reason },
    { position: skipped, ...reason },
  ])
  const { before: lanes } = rows[0] as { before: object[] }
  expect(lanes).toHaveLength(8)
  expect(lanes[0]).toMatchObject({ lane: 0, position: last })
  expect(await consumerCursors(books.db, 'ledger').find({ consumer: name })).toMatchObject({
    lanes: 8,
    position: more,
    held: 0,
    instances: 0,
    parked: 2,
    lastMove: { position: skipped, who: 'ann', why: 'a test', at: expect.any(Date) as Date },
  })
})

it('is refused while a process holds a lane, and nothing changes', async () => {
  const name = 'running'
  const last = await books.publish(['a'])
  const consumer = books.consume({ name })
  await expect.poll(() => consumer.state().position).toBe(last)
  expect(await rejection(move(name, 'start'))).toMatchObject({
    code: 'FREEHOLD_CONSUMER_IN_USE',
    details: { service: 'ledger', consumer: name, source: 'workshop' },
  })
  expect(await consumerCursors(books.db, 'ledger').find({ consumer: name })).toMatchObject({
    position: last,
    held: 8,
    instances: 1,
    lastMove: null,
  })
  expect(consumer.state().lastError).toBeUndefined()
})

it.each(['handler', 'effect', 'cursor'] as const)(
  'lets a process that was stopped at its %s write nothing when it wakes up',
  async (step) => {
    const name = `asleep-${step}`
    await books.publish(['a', 'b', 'c'])
    const sleeper = consumerProcess(books, { name, step, signal: 'SIGSTOP' })
    try {
      await sleeper.atStep
      // Its lease must be over.
      await expect
        .poll(
          () =>
            move(name, 'end').then(
              ({ to }) => to,
              (error: unknown) => error,
            ),
          { timeout: 10_000 },
        )
        .toEqual(expect.any(Number))
      const moved = (await consumerCursors(books.db, 'ledger').find({ consumer: name })).position
      sleeper.kill('SIGCONT')
      const more = await books.publish(['a', 'd'])
      await expect
        .poll(async () => (await consumerCursors(books.db, 'ledger').find({ consumer: name })).position)
        .toBe(more)
      expect(await positions(name)).toEqual([moved + 1, more])
      await sleeper.stop()
    } finally {
      sleeper.kill('SIGKILL')
      await sleeper.ended
    }
  },
)

it('is refused without a reason, for who is unknown, and to a place that there is not', async () => {
  const cursors = consumerCursors(books.db, 'ledger')
  const nowhere = { position: 0, segment: null, epoch: null }
  expect(await rejection(cursors.move({ consumer: 'none' }, nowhere, reason))).toMatchObject({
    code: 'FREEHOLD_CONSUMER_UNKNOWN',
  })
  expect(
    await rejection(cursors.move({ consumer: 'moved' }, nowhere, { who: 'ann', why: ' ' })),
  ).toMatchObject({ code: 'FREEHOLD_CONSUMER_REASON_MISSING' })
  expect(await rejection(move('moved', 1_000_000))).toMatchObject({ code: 'FREEHOLD_EVENT_UNKNOWN' })
})
