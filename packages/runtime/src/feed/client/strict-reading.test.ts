import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CloudEvent } from '../../events/index.js'
import { feedTransport } from '../feed-transport.js'

const segment = '0191e0c0-0000-7000-8000-00000000000a'
const epoch = '0191e0c0-0000-7000-8000-00000000000e'
let server: Server
let answer: RequestListener
let asked: string[] = []
let encodings: unknown[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    encodings.push(request.headers['accept-encoding'])
    answer(request, response)
  }).listen(0)
  await once(server, 'listening')
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const identity = { service: 'billing', tokenFor: async () => 'a.token' }

function subscription(timeoutMs = 5_000, after = 0, host = '127.0.0.1') {
  const { port } = server.address() as AddressInfo
  const transport = feedTransport({ identity, urlOf: () => `http://${host}:${port}/base`, timeoutMs })
  const cursor = { position: after, segment: after === 0 ? null : segment, epoch }
  return transport.subscribe({
    consumer: 'billing.x',
    source: 'workshop',
    types: ['workshop.made.v1'],
    after: cursor,
  })
}

function event(position: number, over: Partial<CloudEvent> = {}): CloudEvent {
  return {
    specversion: '1.0',
    id: '0191e0c0-0000-7000-8000-000000000001',
    source: '/workshop',
    type: 'workshop.made.v1',
    subject: 'k',
    time: '2026-01-01T00:00:00Z',
    datacontenttype: 'application/json',
    data: {},
    position: String(position),
    segment,
    ...over,
  }
}

const good: Record<string, string> = {
  'content-type': 'application/cloudevents-batch+json',
  'freehold-position': '2',
  'freehold-segment': segment,
  'freehold-epoch': epoch,
  'freehold-head': '2',
  'freehold-types': 'digest',
}

const standing = JSON.stringify({ position: 2, types: ['workshop.made.v1'] })

/** Answers who asks how it stands, and every request for a page with this. */
function pages(headers: Record<string, string | undefined>, body: string | Buffer, status = 200): void {
  answer = (request, response) => {
    if (request.url === '/base/events/head') {
      response
        .writeHead(200, { 'content-type': 'application/json', 'freehold-types': 'digest' })
        .end(standing)
      return
    }
    const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
    response.writeHead(status, Object.fromEntries(sent)).end(body)
  }
}

async function read(after = 0, timeoutMs?: number, host?: string): Promise<unknown> {
  const one = await subscription(timeoutMs, after, host)
  return one.next({ limit: 10, waitMs: 0 }).finally(() => one.close())
}

test('a good page is read, compressed or not', async () => {
  const body = JSON.stringify([event(1), event(2)])
  pages(good, body)
  expect(await read()).toMatchObject({ cursor: { position: 2, segment, epoch }, head: 2 })
  pages({ ...good, 'content-encoding': 'gzip' }, gzipSync(body))
  expect(await read()).toMatchObject({ events: [{ position: 1 }, { position: 2 }] })
})

test('compression is asked for, but not by a process of the same machine', async () => {
  pages(good, '[]')
  encodings = []
  for (const host of ['127.0.0.1', 'localhost']) await read(0, 5_000, host)
  expect(new Set(encodings)).toEqual(new Set(['identity']))
  encodings = []
  // Any address of this machine, under a name that does not say so.
  await read(0, 5_000, '0.0.0.0')
  expect(new Set(encodings)).toEqual(new Set(['gzip']))
})

describe('what is no page is unreadable:', () => {
  const batch = (...events: unknown[]): string => JSON.stringify(events)
  test.each<[string, Record<string, string | undefined>, string | Buffer]>([
    ['garbage', {}, 'garbage'],
    ['a half', {}, '[{'],
    ['bytes that are not UTF-8', {}, Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
    ['a page of the web', { 'content-type': 'text/html' }, '<html>'],
    ['no content type', { 'content-type': undefined }, batch()],
    ['no list', {}, '{}'],
    ['no event', {}, batch(1)],
    ['an event of another service', {}, batch(event(1, { source: '/stock', type: 'stock.made.v1' }))],
    ['positions that do not rise', {}, batch(event(1), event(1))],
    ['positions that go back', {}, batch(event(2), event(1))],
    ['a position of 0', {}, batch(event(0))],
    [
      'more events than were asked for',
      { 'freehold-position': '11' },
      batch(...Array.from({ length: 11 }, (_, i) => event(i + 1))),
    ],
    ['a cursor before the last event', { 'freehold-position': '1' }, batch(event(1), event(2))],
    ['a cursor in another segment', { 'freehold-segment': epoch }, batch(event(2))],
    ['a cursor without a segment', { 'freehold-segment': undefined }, batch()],
    ['a cursor without an epoch', { 'freehold-epoch': undefined }, batch()],
    ['a cursor without a position', { 'freehold-position': undefined }, batch()],
    ['a segment that is none', { 'freehold-segment': 'x' }, batch()],
    ['an end before the cursor', { 'freehold-head': '1' }, batch()],
    ['no types', { 'freehold-types': undefined }, batch()],
    ['a broken gzip', { 'content-encoding': 'gzip' }, Buffer.from('no gzip')],
    ['more than 16 MiB', {}, Buffer.alloc(17 * 1_024 * 1_024, ' ')],
    [
      'more than 16 MiB in a few bytes',
      { 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(17 * 1_024 * 1_024, ' ')),
    ],
  ])('%s', async (_, headers, body) => {
    pages({ ...good, ...headers }, body)
    await expect(read()).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNREADABLE' })
  })

  test('a position before the cursor', async () => {
    pages(good, batch(event(3), event(4)))
    await expect(read(5)).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNREADABLE' })
    pages(good, batch())
    await expect(read(5)).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNREADABLE' })
  })

  test.each([404, 400, 204])('status %s', async (status) => {
    pages({ 'content-type': 'text/plain' }, '', status)
    await expect(read()).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNREADABLE' })
  })
})

describe('what a feed answers else', () => {
  test.each([
    [401, 'FREEHOLD_EVENTS_REFUSED'],
    [403, 'FREEHOLD_EVENTS_REFUSED'],
    [429, 'FREEHOLD_EVENTS_UNAVAILABLE'],
    [500, 'FREEHOLD_EVENTS_UNAVAILABLE'],
    [503, 'FREEHOLD_EVENTS_UNAVAILABLE'],
  ])('with %s is %s, with what it said', async (status, code) => {
    const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' }
    pages(headers, JSON.stringify({ type: 'about:blank', status, detail: 'Do this.' }), status)
    const isLater = status === 429 || status >= 500
    await expect(read()).rejects.toMatchObject({
      code,
      message: isLater ? expect.any(String) : expect.stringContaining('Do this.'),
      details: isLater ? { source: 'workshop', retryAfterMs: 7_000 } : { source: 'workshop', status },
    })
  })

  test('from another place, to which it sends us, is not asked for', async () => {
    const { port } = server.address() as AddressInfo
    asked = []
    pages({ location: `http://127.0.0.1:${port}/elsewhere` }, '', 302)
    await expect(read()).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNAVAILABLE' })
    expect(asked).not.toContain('/elsewhere')
  })

  test('never, or not to its end, is an outage', async () => {
    answer = () => undefined
    await expect(read(0, 50)).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNAVAILABLE' })
    pages({ ...good, 'content-length': '100' }, '[')
    answer = ((before) => (request, response) => {
      if (request.url === '/base/events/head') before(request, response)
      else response.writeHead(200, { ...good, 'content-length': '100' }).write('[', () => response.destroy())
    })(answer)
    await expect(read()).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNAVAILABLE' })
  })

  test('about types that a consumer wants and may not have, is a refusal that names them', async () => {
    answer = (_, response) => {
      const headers = { 'content-type': 'application/json', 'freehold-types': 'other' }
      response.writeHead(200, headers).end(JSON.stringify({ position: 2, types: ['workshop.moved.v1'] }))
    }
    await expect(read()).rejects.toMatchObject({
      code: 'FREEHOLD_EVENTS_REFUSED',
      details: { missing: ['workshop.made.v1'] },
    })
  })

  test('for other types than it said, is not believed', async () => {
    pages({ ...good, 'freehold-types': 'fewer' }, '[]')
    await expect(read()).rejects.toMatchObject({ code: 'FREEHOLD_EVENTS_UNAVAILABLE' })
  })
})
