import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartEvent } from '../options/options.js'
import { startChild, type RunningProcess } from './child.js'
import { openHousehold } from './household.js'
import { supervise, type Supervision } from './supervisor.js'

const entry = join(import.meta.dirname, 'fixtures', 'stand-in.mjs')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-supervisor-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

interface Trial extends Supervision {
  readonly events: StartEvent[]
  readonly started: RunningProcess[]
}

/** What the n-th process is told, from 0. */
function trial(
  name: string,
  envOf: (n: number) => Record<string, string>,
  more: Partial<Supervision> = {},
): Trial {
  const events: StartEvent[] = []
  const started: RunningProcess[] = []
  let attempts = 0
  const logFile = join(folder, `${name}.log`)
  const start = async (): Promise<RunningProcess> => {
    attempts += 1
    const running = await startChild({ name, entry, logFile, env: envOf(attempts - 1), graceMs: 500 })
    started.push(running)
    return running
  }
  return {
    name,
    logFile,
    start,
    events,
    started,
    onEvent: (event) => events.push(event),
    firstWaitMs: 10,
    ...more,
  }
}

function isAlive({ pid }: RunningProcess): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a process that was killed is started again, and says so', async () => {
  const it = trial('killed', () => ({}))
  const kept = supervise(await it.start(), it)
  process.kill(kept.pid(), 'SIGKILL')
  await expect.poll(() => it.events.map(({ kind }) => kind)).toEqual(['ended', 'back'])
  expect(it.events[0]).toMatchObject({ name: 'killed', how: 'SIGKILL', againInMilliseconds: 10 })
  expect(it.events[1]).toMatchObject({ pid: kept.pid() })
  expect(kept.pid()).toBe(it.started[1]?.pid)
  await kept.stop()
  await kept.finished
  expect(it.started.filter(isAlive)).toEqual([])
  expect(it.started).toHaveLength(2)
})

test('the waits grow up to the longest, and in the end it is given up, naming the log', async () => {
  const it = trial('hopeless', () => ({ ENDS_AFTER_MS: '5' }), { longestWaitMs: 30, attempts: 5 })
  const kept = supervise(await it.start(), it)
  await expect(kept.finished).rejects.toMatchObject({
    code: 'FREEHOLD_CHILD_FAILED',
    message: expect.stringContaining('hopeless ended 5 times in a row (exit code 1)') as string,
    fix: expect.stringContaining(it.logFile) as string,
  })
  const waits = it.events.flatMap((event) => (event.kind === 'ended' ? event.againInMilliseconds : []))
  expect(waits).toEqual([10, 20, 30, 30])
  expect(it.started.filter(isAlive)).toEqual([])
})

test('a start that fails counts like an end', async () => {
  const it = trial('worse', (n) => (n === 0 ? {} : { SAYS: 'nothing', ENDS_AFTER_MS: '5' }), { attempts: 3 })
  const kept = supervise(await it.start(), it)
  process.kill(kept.pid(), 'SIGKILL')
  await expect(kept.finished).rejects.toMatchObject({ code: 'FREEHOLD_CHILD_FAILED' })
  expect(it.started).toHaveLength(1)
})

test('ends long ago are forgotten', async () => {
  const it = trial('steady', () => ({ ENDS_AFTER_MS: '60' }), { attempts: 2, steadyMs: 40 })
  const kept = supervise(await it.start(), it)
  await expect.poll(() => it.started.length, { timeout: 10_000 }).toBeGreaterThan(4)
  await kept.stop()
  await kept.finished
})

test('stopping while it waits, or while it starts, leaves nothing behind', async () => {
  const waiting = trial('waiting', () => ({}), { firstWaitMs: 60_000 })
  const kept = supervise(await waiting.start(), waiting)
  process.kill(kept.pid(), 'SIGKILL')
  await expect.poll(() => waiting.events.length).toBe(1)
  await kept.stop()
  expect(waiting.started).toHaveLength(1)

  const starting = trial('starting', () => ({}), { firstWaitMs: 1 })
  const second = supervise(await starting.start(), starting)
  process.kill(second.pid(), 'SIGKILL')
  await expect.poll(() => starting.events.length).toBeGreaterThan(0)
  await second.stop()
  await second.finished
  expect(starting.started.filter(isAlive)).toEqual([])
})

test('a household stops in order, also when one of it is just starting', async () => {
  const events: StartEvent[] = []
  const household = openHousehold((event) => events.push(event))
  const database = trial('database', () => ({}))
  const service = trial('service', () => ({}))
  const gateway = trial('gateway', () => ({}))
  await household.keep('database', database)
  await household.keep('services', service)
  const slow = household.keep('gateway', gateway)
  expect(Object.keys(household.pids())).toEqual(['database', 'service'])
  const refused = expect(slow).rejects.toMatchObject({ code: 'FREEHOLD_CHILD_FAILED' })
  await household.stop()
  await refused
  await household.finished
  expect(events.flatMap((event) => (event.kind === 'stopping' ? event.what : []))).toEqual([
    'gateway',
    'service',
    'database',
  ])
  expect([...database.started, ...service.started, ...gateway.started].filter(isAlive)).toEqual([])
  await expect(household.keep('gateway', gateway)).rejects.toMatchObject({ code: 'FREEHOLD_CHILD_FAILED' })
})
