import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import {
  consumerProcess,
  steps,
  type ConsumerProcess,
  type Fate,
} from '../../test/fixtures/consumer-process.js'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'

let books: Ledger
const processes: ConsumerProcess[] = []

beforeAll(async () => {
  books = await ledger()
})
afterEach(async () => {
  for (const one of processes.splice(0)) {
    one.kill('SIGKILL')
    await one.ended
  }
})
afterAll(() => books.drop())

function spawn(fate: Fate): ConsumerProcess {
  const one = consumerProcess(books, fate)
  processes.push(one)
  return one
}

/** Numbers that a seed settles: mulberry32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** Everything was entered once, and the events of a key in their order. */
async function expectOnceInOrder(name: string, last: number): Promise<void> {
  const entries = await books.entries(name)
  const positions = entries.map(({ position }) => position)
  expect(positions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: last }, (_, i) => i + 1))
  const byKey = new Map<string, number>()
  for (const { key, position } of entries) {
    expect(position).toBeGreaterThan(byKey.get(key) ?? 0)
    byKey.set(key, position)
  }
}

const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 1)
const seed = Number(process.env['FREEHOLD_SEED'] ?? Date.now() % 1_000_000)

it(`has each effect once, though it is killed at every step (FREEHOLD_SEED=${seed})`, async () => {
  const random = randomFrom(seed)
  const name = 'killed'
  const publish = (): Promise<number> =>
    books.publish(Array.from({ length: 25 + random(25) }, () => `key-${random(9)}`))
  for (let round = 0; round < rounds; round += 1) {
    for (const step of steps) {
      await publish()
      const victim = spawn({ name, step, times: 1 + random(3) })
      expect({ step, by: await victim.ended }).toEqual({ step, by: 'SIGKILL' })
    }
  }
  const last = await publish()
  const heir = books.consume({ name, leaseMs: 400 })
  await expect.poll(() => heir.state().position).toBe(last)
  await expectOnceInOrder(name, last)
}, 600_000)

it.each(steps.slice(0, 4))(
  'lets nothing be written by a process that was stopped at %s and wakes up',
  async (step) => {
    const name = `paused-${step}`
    await books.publish(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
    const sleeper = spawn({ name, step, times: 2, signal: 'SIGSTOP' })
    await sleeper.atStep
    const heir = books.consume({ name, leaseMs: 400 })
    const last = await books.publish(['a', 'b', 'c'])
    await expect.poll(() => heir.state().position).toBe(last)
    sleeper.kill('SIGCONT')
    const more = await books.publish(['a', 'b', 'c', 'd', 'e'])
    // It is one of the living again, and takes its share.
    await expect.poll(() => heir.state().lanes.length).toBe(4)
    await sleeper.stop()
    await expect.poll(() => heir.state().lanes.length).toBe(8)
    await expect.poll(() => heir.state().position).toBe(more)
    await expectOnceInOrder(name, more)
  },
)
