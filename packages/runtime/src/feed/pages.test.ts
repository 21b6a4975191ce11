import { gunzipSync } from 'node:zlib'
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FeedStage } from '../../test/transports/feed-stage.js'
import { fromCloudEvent } from '../events/index.js'
import { pageReader } from './sealed-page.js'

let stage: FeedStage
const eternal = 'private, max-age=31536000, immutable'

beforeAll(async () => {
  stage = await FeedStage.open()
})
afterAll(() => stage.close())

interface Page {
  status: number
  headers: Headers
  /** The n of the events. */
  ns: number[]
  position: number
}

async function page(
  query: string,
  headers: Record<string, string> = {},
  consumer = 'billing',
): Promise<Page> {
  const authorization = `Bearer ${await stage.token(consumer)}`
  const response = await fetch(`${stage.url}/${query}`, { headers: { authorization, ...headers } })
  const body = response.status === 304 ? [] : ((await response.json()) as { data: { n: number } }[])
  return {
    status: response.status,
    headers: response.headers,
    ns: body.map(({ data }) => data.n),
    position: Number(response.headers.get('freehold-position')),
  }
}

test('an empty log has a head of 0 and no life', async () => {
  const { headers, ns, position } = await page('events')
  expect([ns, position, headers.get('freehold-epoch'), headers.get('freehold-head')]).toEqual([
    [],
    0,
    null,
    '0',
  ])
  const { headers: asked } = { headers: { authorization: `Bearer ${await stage.token('billing')}` } }
  const head = await fetch(`${stage.url}/events/head`, { headers: asked })
  expect(await head.json()).toMatchObject({
    position: 0,
    epoch: null,
    segment: null,
    types: [stage.type, stage.otherType],
  })
})

test('a page holds CloudEvents as the log has them, of the types that the consumer may have', async () => {
  await stage.db.query(
    `insert into events (id, type, key, data, correlation_id, traceparent)
     values ('0191e0c0-0000-7000-8000-000000000001', $1, 'ü"k', '{"n": 12345678901234567890, "s": "\\u2028 \\\\ é"}', 'c1',
       '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')`,
    [stage.type],
  )
  await stage.sealed()
  const authorization = `Bearer ${await stage.token('billing')}`
  const response = await fetch(`${stage.url}/events`, { headers: { authorization } })
  expect(response.headers.get('content-type')).toBe('application/cloudevents-batch+json')
  const body = await response.text()
  // Numbers that JavaScript cannot hold go out as they are stored.
  expect(body).toContain('12345678901234567890')
  const [event] = JSON.parse(body) as unknown[]
  expect(fromCloudEvent(event)).toMatchObject({
    subject: 'ü"k',
    source: 'workshop',
    position: 1,
    correlationId: 'c1',
  })
  expect((await page('events', {}, 'stock')).ns).toEqual([])
  expect((await page('events', {}, 'stock')).position).toBe(1)
  await stage.publish(4)
  await stage.publish(1, { type: stage.otherType })
  expect(await page('events?limit=3', {}, 'stock')).toMatchObject({ ns: [5], position: 6 })
})

test('a page ends at the limit, and at 1 MiB, but has one event at least', async () => {
  const { position: before } = await page('events?after=0')
  await stage.publish(20, { pad: 200_000 })
  const first = await page(`events?after=${before}`)
  expect(first.ns).toHaveLength(5)
  expect(first.position).toBe(before + 5)
  expect(await page(`events?after=${before}&limit=2`)).toMatchObject({ position: before + 2 })
  await stage.publish(2, { pad: 2_000_000 })
  expect((await page(`events?after=${before + 20}`)).ns).toHaveLength(1)
})

test('a page that did not end with the log may be kept, under an address that names what it is of', async () => {
  const { headers } = await page('events')
  const [epoch, segment, types] = ['epoch', 'segment', 'types'].map((name) => headers.get(`freehold-${name}`))
  const { headers: at } = await page('events?limit=1')
  const named = `epoch=${epoch}&segment=${at.get('freehold-segment')}&types=${types}`
  const kept = await page(`events?after=1&limit=3&${named}`)
  expect(kept.headers.get('cache-control')).toBe(eternal)
  expect(kept.headers.get('vary')).toBe('accept-encoding')
  expect(kept.headers.get('freehold-head')).toBeNull()
  expect(kept.headers.get('etag')).toMatch(/^"[^"]+"$/)
  const again = { 'if-none-match': kept.headers.get('etag') ?? '' }
  expect((await page(`events?after=1&limit=3&${named}`, again)).status).toBe(304)
  const open = [
    `events?after=1&limit=3`,
    `events?after=1&limit=3&epoch=${epoch}&types=${types}`,
    `events?after=1&limit=3&epoch=${epoch}&segment=${at.get('freehold-segment')}`,
    `events?after=1&limit=3&epoch=${epoch}&segment=${at.get('freehold-segment')}&types=other`,
    `events?after=${stage.published - 2}&limit=1000&epoch=${epoch}&types=${types}`,
  ]
  for (const query of open) {
    const answer = await page(query)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(Number(answer.headers.get('freehold-head'))).toBeGreaterThan(0)
  }
  expect(segment).not.toBeNull()
})

test('who reads no gzip gets none, and tags differ with the encoding', async () => {
  const { headers } = await page('events?limit=1')
  const named = ['epoch', 'segment', 'types']
    .map((name) => `${name}=${headers.get(`freehold-${name}`)}`)
    .join('&')
  const path = `/events?after=1&limit=12&${named}`
  const bodies: string[] = []
  const tags = new Set<unknown>()
  for (const encoding of ['gzip', 'identity', 'gzip;q=0', 'br, GZIP;q=0.5']) {
    const request = plainRequest(stage.url + path, {
      headers: { authorization: `Bearer ${await stage.token('billing')}`, 'accept-encoding': encoding },
    }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const isGzip = response.headers['content-encoding'] === 'gzip'
    expect(isGzip).toBe(/gzip(;q=0\.5)?$/i.test(encoding))
    tags.add(response.headers.etag)
    bodies.push(isGzip ? gunzipSync(await buffer(response)).toString() : await text(response))
  }
  expect(new Set(bodies).size).toBe(1)
  expect(tags.size).toBe(2)
})

test('a segment comes whole, may be kept under its id, and holds what the consumer may have', async () => {
  const { headers } = await page('segments/1')
  const id = headers.get('freehold-segment')
  const types = headers.get('freehold-types')
  expect(headers.get('cache-control')).toBe('no-store')
  const kept = await page(`segments/1?id=${id}&types=${types}`)
  expect(kept.headers.get('cache-control')).toBe(eternal)
  expect(kept.position).toBe(1)
  const tag = { 'if-none-match': kept.headers.get('etag') ?? '' }
  expect((await page(`segments/1?id=${id}&types=${types}`, tag)).status).toBe(304)
  const last = await segments()
  // 20 events of 200,000 bytes: more than a page, and yet one segment.
  const { rows } = await stage.db.query<{ number: number }>(
    'select number::integer from freehold.segment where row_count = 20',
  )
  expect((await page(`segments/${rows[0]?.number}`)).ns).toHaveLength(20)
  expect((await page(`segments/${rows[0]?.number}`, {}, 'stock')).ns).toEqual([])
  const all: number[] = []
  for (let number = 2; number <= last; number += 1) all.push(...(await page(`segments/${number}`)).ns)
  expect(all).toEqual(Array.from({ length: stage.published }, (_, i) => i + 1))
})

async function segments(): Promise<number> {
  const { rows } = await stage.db.query<{ last: number }>(
    'select max(number)::integer as last from freehold.segment',
  )
  return rows[0]?.last ?? 0
}

test('pages put together are the log, whatever their limits, sizes and types', async () => {
  const from = stage.published + 1
  for (let round = 0; round < 10; round += 1) {
    await stage.publish(1 + (round % 5), { pad: 50 * (round % 3) })
    await stage.publish(round % 4, { type: stage.otherType })
  }
  const { rows } = await stage.db.query<{ id: string; type: string }>(
    'select id, type from events order by seq offset $1',
    [from],
  )
  const read = pageReader('workshop', 'events')
  const all = [stage.type, stage.otherType]
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(all, { minLength: 1 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 2_000 }),
      async (types, limit, bytes) => {
        const ids: string[] = []
        for (let after = from; after < from + rows.length;) {
          const last = Math.min(after + 17, from + rows.length)
          const { events, isCut } = await read(stage.db, { after, last, types, limit, bytes })
          expect(events.length).toBeLessThanOrEqual(limit)
          ids.push(...events.map(({ id }) => id))
          after = isCut ? (events.at(-1)?.position ?? NaN) : last
        }
        expect(ids).toEqual(rows.filter(({ type }) => types.includes(type)).map(({ id }) => id))
      },
    ),
    { numRuns: 25 },
  )
})
