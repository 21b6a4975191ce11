import fc from 'fast-check'
import { parkedEvents } from 'freehold'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { entering, ledger, type Ledger } from '../../test/fixtures/ledger.js'
import type { Apply } from './index.js'

let books: Ledger

beforeAll(async () => {
  books = await ledger()
})
afterAll(() => books.drop())

const attempts = 3
const always = attempts + 100

interface Happening {
  readonly key: string
  /** How often it cannot be handled: fewer times than it is tried, or always. */
  readonly fails: number
}

const happening: fc.Arbitrary<Happening> = fc.record({
  key: fc.constantFrom('a', 'b', 'ä', '😀'),
  fails: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constantFrom(1, attempts - 1, always)),
})

/** Enters what can be handled; `isMended` lets the rest be, too. */
function failing(name: string, failures: Map<number, number>, isMended: () => boolean): Apply {
  const enter = entering(name)
  return async (tx, events) => {
    await enter(tx, events)
    for (const { position, data } of events) {
      const { fails } = (data as { note: Happening }).note
      const failed = failures.get(position) ?? 0
      if (failed >= fails || (fails === always && isMended())) continue
      failures.set(position, failed + 1)
      throw new RangeError(`not ${position}`)
    }
  }
}

/** What is entered and what is parked of a log, by key, as a reader of the documentation would have it. */
function model(log: readonly Happening[]): { entered: Map<string, number[]>; parked: Map<string, number[]> } {
  const entered = new Map<string, number[]>()
  const set = new Map<string, number[]>()
  for (const [i, { key, fails }] of log.entries()) {
    const to = fails === always || set.has(key) ? set : entered
    to.set(key, [...(to.get(key) ?? []), i + 1])
  }
  return { entered, parked: set }
}

it('enters the events of each key in order, and parks a key from its first bad event on, whatever comes', async () => {
  const log: Happening[] = []
  let runs = 0
  const run = async (
    more: readonly Happening[],
    lanes: number,
    batch: number,
    hands: number,
  ): Promise<void> => {
    runs += 1
    const name = `run-${runs}`
    let isMended = false
    const failures = new Map<number, number>()
    const apply = failing(name, failures, () => isMended)
    const retry = { attempts, firstMs: 1, mostMs: 4 }
    const consumers = Array.from({ length: hands }, () =>
      books.consume({ name, lanes, batch, apply, retry, leaseMs: 200 }),
    )
    // Some of it comes while the consumers begin. Each run has keys of its own beside those of the runs before.
    for (const { key, fails } of more) {
      const happened = { key: `${key} of ${runs}`, fails }
      await books.publish([happened.key], happened)
      log.push(happened)
    }
    const positions = (): (number | undefined)[] => consumers.map((consumer) => consumer.state().position)
    const isDone = (): boolean => {
      const held = consumers.flatMap((consumer) => consumer.state().lanes)
      return held.length === lanes && positions().every((at) => at === undefined || at === log.length)
    }
    await expect.poll(isDone).toBe(true)

    const { entered, parked: set } = model(log)
    expect(await byKey(name)).toEqual(entered)
    const { list, show, retry: tryAgain } = parkedEvents(books.db, 'ledger')
    const keys = (await list({ consumer: name })).map(({ key }) => key)
    expect(new Set(keys)).toEqual(new Set(set.keys()))
    const placesOf = (events: readonly { event: { position: number } }[]): number[] =>
      events.map(({ event }) => event.position)
    const at = (key: string) => ({ consumer: name, source: 'workshop', key })
    for (const key of keys) expect(placesOf(await show(at(key), { limit: 1_000 }))).toEqual(set.get(key))

    isMended = true
    // An event that was behind others is tried for the first time here, and may fail as often as it is to.
    const retried = async (): Promise<unknown> => {
      const waiting = await list({ consumer: name })
      for (const { key } of waiting.filter(({ isRetried }) => !isRetried))
        await tryAgain(at(key), { who: 'model' })
      return waiting
    }
    await expect.poll(retried, { timeout: 20_000, interval: 200 }).toEqual([])
    const whole = new Map<string, number[]>()
    for (const [i, { key }] of log.entries()) whole.set(key, [...(whole.get(key) ?? []), i + 1])
    expect(await byKey(name)).toEqual(whole)
    await Promise.all(consumers.map((consumer) => consumer.stop()))
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 6, maxLength: 14 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 2 }),
      run,
    ),
    { numRuns: 8, endOnFailure: true },
  )
})

async function byKey(name: string): Promise<Map<string, number[]>> {
  const entered = new Map<string, number[]>()
  for (const { key, position } of await books.entries(name))
    entered.set(key, [...(entered.get(key) ?? []), position])
  return entered
}
