import { consumerCursors, publishedLog, type Moved } from 'freehold'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'
import { MadeV1 } from '../../test/fixtures/maker.js'
import { FeedStage } from '../../test/transports/feed-stage.js'
import type { Consumer } from '../consumers/index.js'

let stage: FeedStage
let books: Ledger
let admin: pg.Client

beforeAll(async () => {
  stage = await FeedStage.open()
  await stage.allow('ledger', MadeV1.type)
  books = await ledger()
  admin = new pg.Client(books.adminUrl)
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await books.drop()
  await stage.close()
})

/** Begins to hear the feed, over its socket. */
const hear = (name: string): Consumer =>
  books.consume({ name, transport: stage.transport({}, 'ledger'), types: [MadeV1.type], waitMs: 200 })

const entered = async (name: string): Promise<number[]> =>
  (await books.entries(name)).map(({ position }) => position).toSorted((a, b) => a - b)
const span = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** What the feed answers to a cursor. */
async function asked(query: string): Promise<{ status: number; problem: unknown }> {
  const response = await fetch(`${stage.url}/events?${query}`, {
    headers: { authorization: `Bearer ${await stage.token('ledger')}` },
  })
  return { status: response.status, problem: await response.json() }
}

/** What the feed, the error and the registry tell an operator to do: `freehold consumers move`. */
async function move(consumer: string, place: number | 'start'): Promise<Moved> {
  const cursor = await publishedLog(stage.db, 'workshop', 'events').cursorAt(place)
  const reason = { who: 'ann', why: 'what was read still counts' }
  return consumerCursors(books.db, 'ledger').move({ consumer }, cursor, reason)
}

it('stops a consumer whose cursor is of another life, tells where the lives part, and goes on from where it is set to', async () => {
  const name = 'forked'
  await stage.publish(10)
  await stage.publish(10)
  const first = hear(name)
  await expect.poll(() => first.state().position).toBe(20)
  const { rows } = await admin.query<{ epoch: string; segment: string }>(
    'select distinct epoch, segment from freehold.consumer_lane where consumer = $1',
    [name],
  )
  expect(rows).toHaveLength(1)
  await stage.fork(10)
  await expect
    .poll(() => first.state())
    .toMatchObject({
      status: 'forked',
      lanes: [],
      lastError: {
        code: 'FREEHOLD_EVENTS_CURSOR_FORKED',
        message: expect.stringContaining('set the cursor to where the lives part, or to the head') as string,
        fix: expect.stringContaining('freehold consumers move') as string,
        details: { source: 'workshop', reason: 'other-segment', head: 20, forkPosition: 10 },
      },
    })
  expect(await asked(`after=20&epoch=${rows[0]?.epoch}&segment=${rows[0]?.segment}`)).toMatchObject({
    status: 409,
    problem: { type: 'urn:problem-type:cursor-of-another-life', forkPosition: 10, head: 20 },
  })
  expect(await entered(name)).toEqual(span(1, 20))

  // It is decided that what was read still counts.
  expect(await move(name, 20)).toMatchObject({ from: 20, to: 20, discarded: 0 })
  const asMoved = await admin.query<{ epoch: string; segment: string }>(
    'select distinct epoch, segment from freehold.consumer_lane where consumer = $1',
    [name],
  )
  const [{ epoch, segment } = { epoch: '', segment: '' }] = asMoved.rows
  expect(await asked(`after=20&epoch=${epoch}&segment=${segment}`)).toMatchObject({ status: 200 })
  const second = hear(name)
  await stage.publish(5)
  await expect.poll(() => second.state().position).toBe(25)
  expect(await entered(name)).toEqual(span(1, 25))
})

it('stops a consumer that is before what was archived, tells the first position there is, and goes on from it', async () => {
  const name = 'late'
  await stage.admin.query(
    `insert into freehold.archive (service, log, from_seq, to_seq, row_count, last_position, backed_up_to, file, file_sha256, rows_sha256, who)
     values ('workshop', 'events', 1, 11, 10, 10, 25, 'x', 'x', 'x', 'ann')`,
  )
  const first = hear(name)
  await expect
    .poll(() => first.state())
    .toMatchObject({
      status: 'archived',
      lanes: [],
      lastError: {
        code: 'FREEHOLD_EVENTS_ARCHIVED',
        message: expect.stringContaining('Set the cursor to 10 or later') as string,
        fix: expect.stringContaining('details.firstPosition') as string,
        details: { source: 'workshop', firstPosition: 11 },
      },
    })
  expect(await asked('after=9')).toMatchObject({
    status: 410,
    problem: { type: 'urn:problem-type:events-archived', firstPosition: 11 },
  })
  expect(await entered(name)).toEqual([])

  expect(await move(name, 'start')).toMatchObject({ from: 0, to: 10 })
  const second = hear(name)
  await expect.poll(() => second.state().position).toBe(25)
  expect(await entered(name)).toEqual(span(11, 25))
})
