import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { workLimit } from './work-limit.js'

class Refused extends Error {}

test('so much runs at a time, so much waits, and the rest is refused at once', async () => {
  const limit = workLimit(2, 3, () => new Refused())
  let running = 0
  let most = 0
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await sleep(5)
    running -= 1
  }
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => limit.run(work)))
  expect(most).toBe(2)
  expect(results.map(({ status }) => status)).toEqual([
    ...Array<string>(5).fill('fulfilled'),
    ...Array<string>(3).fill('rejected'),
  ])
})

test('work that fails gives its place to the next', async () => {
  const limit = workLimit(1, 10, () => new Refused())
  const failing = Array.from({ length: 5 }, () => limit.run(() => Promise.reject(new Refused('no'))))
  expect((await Promise.allSettled(failing)).every(({ status }) => status === 'rejected')).toBe(true)
  expect(await limit.run(async () => 'done')).toBe('done')
})

test('who came first goes first', async () => {
  const limit = workLimit(1, 10, () => new Refused())
  const order: number[] = []
  await Promise.all([1, 2, 3, 4].map((place) => limit.run(async () => void order.push(place))))
  expect(order).toEqual([1, 2, 3, 4])
})
