import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOf } from './identity.js'
import { takeLock } from './lock.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-lock-'))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

test('of many who want a lock that a dead process left behind, one gets it', async () => {
  const file = join(folder, 'contended.lock')
  await writeFile(file, JSON.stringify({ pid: process.pid, start: 'before this process was born' }))
  const results = await Promise.all(Array.from({ length: 40 }, async () => takeLock(file)))
  const held = results.filter((result) => result.held)
  expect(held).toHaveLength(1)
  const refused = results.flatMap((result) => (result.held ? [] : [result.by]))
  expect(refused[0]).toEqual({ pid: process.pid, start: await startOf(process.pid) })
  expect(await readdir(folder)).toEqual(['contended.lock'])
})

test('a lock that was given back is free, and giving it back twice takes it from nobody', async () => {
  const file = join(folder, 'returned.lock')
  const first = await takeLock(file)
  if (!first.held) expect.fail('the lock was free')
  await first.release()
  const second = await takeLock(file)
  expect(second.held).toBe(true)
  await first.release()
  expect((await takeLock(file)).held).toBe(false)
})

test('a file that holds no lock is taken for a lock left behind', async () => {
  const file = join(folder, 'torn.lock')
  await writeFile(file, '{"pid":')
  expect((await takeLock(file)).held).toBe(true)
})
