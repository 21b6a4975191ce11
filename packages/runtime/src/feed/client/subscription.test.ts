import { afterAll, beforeAll, expect, test } from 'vitest'
import { FeedStage } from '../../../test/transports/feed-stage.js'
import { beginning, numbers, read, span, subscribed } from '../../../test/transports/stage.js'

let stage: FeedStage
beforeAll(async () => {
  stage = await FeedStage.open()
  await stage.publish(1_000)
})
afterAll(() => stage.close())

const asked = (name: string) => stage.asked.map((url) => new URL(url, stage.url).searchParams.get(name))

test('one page is asked for ahead, under an address that lets it be kept', async () => {
  stage.asked.length = 0
  const subscription = await subscribed(stage, beginning)
  await subscription.next({ limit: 100, waitMs: 5_000 })
  await expect.poll(() => asked('after')).toEqual(['0', '100'])
  const second = await subscription.next({ limit: 100, waitMs: 5_000 })
  await expect.poll(() => asked('after')).toEqual(['0', '100', '200'])
  expect(asked('epoch').slice(1)).toEqual([second?.cursor.epoch, second?.cursor.epoch])
  expect(asked('segment').slice(1)).toEqual([second?.cursor.segment, second?.cursor.segment])
  expect(new Set(asked('types')).size).toBe(1)
  expect(asked('types')).not.toContain(null)
  // A page that may have been kept somewhere does not say how far the log is sealed.
  expect(second?.head).toBe(1_000)
  await subscription.close()
})

test('a page that is larger than the next limit is given in parts, whose cursors go on where they end', async () => {
  const subscription = await subscribed(stage, beginning)
  await subscription.next({ limit: 300, waitMs: 5_000 })
  const part = await subscription.next({ limit: 7, waitMs: 5_000 })
  expect(numbers(part?.events ?? [])).toEqual(span(301, 307))
  expect(part?.cursor.position).toBe(307)
  const other = await subscribed(stage, part?.cursor ?? beginning)
  expect(numbers((await read(other, 693)).events)).toEqual(span(308, 1_000))
  expect(numbers((await read(subscription, 693)).events)).toEqual(span(308, 1_000))
  await Promise.all([subscription.close(), other.close()])
})

test('the next event is waited for in one request, not in many', async () => {
  const { cursor } = await end()
  stage.asked.length = 0
  const subscription = await subscribed(stage, cursor)
  const waiting = subscription.next({ limit: 10, waitMs: 20_000 })
  await expect.poll(() => stage.waiting()).toBe(1)
  await stage.publish(1)
  expect((await waiting)?.events).toHaveLength(1)
  expect(stage.asked).toHaveLength(1)
  await subscription.close()
})

test('who stops waiting, or closes, leaves no request behind', async () => {
  const { cursor } = await end()
  const subscription = await subscribed(stage, cursor)
  const impatience = new AbortController()
  const { signal } = impatience
  const waiting = subscription.next({ limit: 10, waitMs: 20_000, signal })
  await expect.poll(() => stage.waiting()).toBe(1)
  impatience.abort()
  expect(await waiting).toBeUndefined()
  await expect.poll(() => stage.waiting()).toBe(0)
  expect(await subscription.next({ limit: 10, waitMs: 20_000, signal })).toBeUndefined()
  const again = subscription.next({ limit: 10, waitMs: 20_000 })
  await expect.poll(() => stage.waiting()).toBe(1)
  await subscription.close()
  expect(await again).toBeUndefined()
  await expect.poll(() => stage.waiting()).toBe(0)
  expect(await subscription.next({ limit: 10, waitMs: 20_000 })).toBeUndefined()
})

test('a type that the manifest takes away while it is read is refused, before its events are passed over', async () => {
  const { cursor } = await end()
  const subscription = await subscribed(stage, cursor, { types: [stage.type, stage.otherType] })
  await stage.publish(1, { type: stage.otherType })
  expect((await read(subscription, 1)).events).toHaveLength(1)
  await stage.allow('billing', stage.type)
  // The server looks into the manifest anew when it begins again.
  await stage.restartServer()
  await stage.publish(1, { type: stage.otherType })
  await expect(read(subscription, 1)).rejects.toMatchObject({
    code: 'FREEHOLD_EVENTS_REFUSED',
    details: { missing: [stage.otherType] },
  })
  await subscription.close()
  await stage.allow('billing', stage.type, stage.otherType)
  await stage.restartServer()
})

test('a server that is gone is an outage, and what it had comes when it is there again', async () => {
  const { cursor } = await end()
  const subscription = await subscribed(stage, cursor)
  await stage.publish(3)
  await stage.stopServer()
  await expect(subscription.next({ limit: 10, waitMs: 0 })).rejects.toMatchObject({
    code: 'FREEHOLD_EVENTS_UNAVAILABLE',
    details: { source: 'workshop', reason: expect.stringContaining('ECONNREFUSED') },
  })
  await stage.startServer()
  expect((await read(subscription, 3)).events).toHaveLength(3)
  await subscription.close()
})

/** Where the log ends. */
async function end() {
  const subscription = await subscribed(stage, beginning, { types: [stage.type, stage.otherType] })
  const reading = await read(subscription, stage.published, { limit: 1_000 })
  await subscription.close()
  return reading
}
