import { afterEach, beforeEach, expect, test } from 'vitest'
import { FeedStage } from '../../test/transports/feed-stage.js'

let stage: FeedStage
beforeEach(async () => {
  stage = await FeedStage.open({ longPolls: 3 })
})
afterEach(() => stage.close())

async function poll(consumer: string, signal?: AbortSignal): Promise<Response> {
  const authorization = `Bearer ${await stage.token(consumer)}`
  return fetch(`${stage.url}/events?wait=25`, { headers: { authorization }, ...(signal && { signal }) })
}

test('a bounded number of requests of one consumer waits; those who leave make room', async () => {
  const leaving = new AbortController()
  const waiting = [1, 2, 3].map((number) =>
    poll('billing', number === 3 ? leaving.signal : undefined).catch(() => undefined),
  )
  await expect.poll(() => stage.waiting()).toBe(3)
  const refused = await poll('billing')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ type: 'urn:problem-type:too-many-waiting' })
  leaving.abort()
  await expect.poll(() => stage.waiting()).toBe(2)
  waiting.push(poll('stock'), poll('billing'))
  await expect.poll(() => stage.waiting()).toBe(4)
  // An event that one of them may not have lets it go on waiting.
  await stage.publish(1)
  await expect.poll(() => stage.waiting()).toBe(1)
  await stage.publish(1, { type: stage.otherType })
  const answers = await Promise.all(waiting)
  expect(answers.map((answer) => answer?.status)).toEqual([200, 200, undefined, 200, 200])
  expect(answers[3]?.headers.get('freehold-position')).toBe('2')
})

test('a service that stops ends all waiting at once, and says when to ask again', async () => {
  const waiting = [poll('billing'), poll('stock')]
  await expect.poll(() => stage.waiting()).toBe(2)
  const begin = performance.now()
  await stage.stopServer()
  expect(performance.now() - begin).toBeLessThan(5_000)
  for (const answer of await Promise.all(waiting)) {
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await answer.json()).toMatchObject({ type: 'urn:problem-type:stopping' })
  }
})

test('a service that was told to stop takes no more requests for events', async () => {
  stage.app.lifecycle.stopping = true
  expect((await poll('billing')).status).toBe(503)
})

test('a sealer that has stopped lets nobody wait in vain', async () => {
  const waiting = poll('billing')
  await expect.poll(() => stage.waiting()).toBe(1)
  await stage.sealer.stop()
  expect((await waiting).status).toBe(503)
  expect((await poll('billing')).status).toBe(503)
})
