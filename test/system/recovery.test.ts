import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningSystem } from '@notes/start'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { join, type Person } from './api-client.js'
import { startForTest } from './start-for-test.js'

const writers = 16

describe('the notes system when something is killed', () => {
  let state: string
  let system: RunningSystem
  let ada: Person
  let isRunning = false
  beforeAll(async () => {
    state = await mkdtemp(path(tmpdir(), 'freehold-recovery-'))
  })
  // One system for all, and another after the test that stops it, whatever comes then.
  beforeEach(async () => {
    if (isRunning) return
    system = await startForTest(state)
    isRunning = true
    ada = await join(system.url)
  })
  afterAll(async () => {
    await system.stop()
    await rm(state, { recursive: true, force: true })
  })

  /** Writes notes until told to stop; remembers what was acknowledged, and every other status. */
  const underLoad = async (
    during: () => Promise<void>,
  ): Promise<{ acknowledged: string[]; refused: Set<number> }> => {
    const acknowledged: string[] = []
    const refused = new Set<number>()
    let running = true
    const write = async (writer: number): Promise<void> => {
      for (let count = 0; running; count += 1) {
        const title = `${writer}-${count}`
        const answer = await ada.send('POST', '/api/notes', { title }).catch(() => undefined)
        if (answer?.status === 201) acknowledged.push(title)
        else {
          refused.add(answer?.status ?? 0)
          await sleep(20)
        }
      }
    }
    const load = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    await during()
    running = false
    await load
    return { acknowledged, refused }
  }

  const kill = (name: string): void => {
    const pid = system.pids()[name]
    // Of nobody, the number would be this process' own group.
    expect(pid).toBeGreaterThan(1)
    if (pid) process.kill(pid, 'SIGKILL')
  }

  const allTitles = async (): Promise<Set<string>> => {
    const titles = new Set<string>()
    for (let cursor = ''; ;) {
      const { body } = await ada.send('GET', `/api/notes?limit=100${cursor}`)
      for (const { title } of body['items'] as { title: string }[]) titles.add(title)
      if (body['nextCursor'] === null) return titles
      cursor = `&cursor=${encodeURIComponent(body['nextCursor'] as string)}`
    }
  }

  const untilWritable = async (): Promise<number> => {
    const startedAt = performance.now()
    while (
      (await ada.send('POST', '/api/notes', { title: 'probe' }).catch(() => undefined))?.status !== 201
    ) {
      expect(performance.now() - startedAt).toBeLessThan(20_000)
      await sleep(50)
    }
    return performance.now() - startedAt
  }

  it('keeps every acknowledged write when PostgreSQL is killed under load, and serves again by itself', async () => {
    const { acknowledged, refused } = await underLoad(async () => {
      await sleep(1_000)
      kill('PostgreSQL')
      await sleep(500)
      await untilWritable()
      await sleep(500)
    })
    expect(acknowledged.length).toBeGreaterThan(writers)
    // While it was away the answers were honest: unavailable, and not an error of ours.
    expect([...refused].filter((status) => ![502, 503, 504].includes(status))).toEqual([])
    const titles = await allTitles()
    expect(acknowledged.filter((title) => !titles.has(title))).toEqual([])
  })

  it('goes on with the other services while one is away', async () => {
    const { body } = await ada.send('POST', '/api/notes', { title: 'while the neighbours are away' })
    kill('user-service')
    // It is started again after 200 ms at the earliest, and takes a while to be ready.
    let status = 200
    for (const killedAt = performance.now(); status === 200 && performance.now() - killedAt < 5_000;)
      ({ status } = await ada.send('GET', '/api/users/me'))
    expect([502, 503]).toContain(status)
    expect(await ada.send('GET', `/api/notes/${String(body['id'])}`)).toMatchObject({ status: 200 })
    const startedAt = performance.now()
    while ((await ada.send('GET', '/api/users/me')).status !== 200) {
      expect(performance.now() - startedAt).toBeLessThan(20_000)
      await sleep(100)
    }
  })

  it('leaves no process behind when it is stopped', async () => {
    const pids = Object.values(system.pids())
    expect(pids.length).toBeGreaterThanOrEqual(5)
    await system.stop()
    isRunning = false
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })
})
