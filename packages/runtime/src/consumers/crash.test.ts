import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import {
  consumerProcess,
  steps,
  type ConsumerProcess,
  type Fate,
} from '../../test/fixtures/consumer-process.js'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'
import { expectOnceInOrder } from '../../test/fixtures/once-in-order.js'
import { seededForTest } from '../../test/fixtures/seeded.js'

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

const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 1)

it('has each effect once, though it is killed at every step', async () => {
  const random = seededForTest('consumer')
  const name = 'killed'
  const publish = (): Promise<number> =>
    books.publish(Array.from({ length: 25 + random.below(25) }, () => `key-${random.below(9)}`))
  for (let round = 0; round < rounds; round += 1) {
    for (const step of steps) {
      await publish()
      const victim = spawn({ name, step, times: 1 + random.below(3) })
      expect({ step, by: await victim.ended }).toEqual({ step, by: 'SIGKILL' })
    }
  }
  const last = await publish()
  const heir = books.consume({ name, leaseMs: 400 })
  await expect.poll(() => heir.state().position).toBe(last)
  await expectOnceInOrder(books, name, last)
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
    await expectOnceInOrder(books, name, more)
  },
)
