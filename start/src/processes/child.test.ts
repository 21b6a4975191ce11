import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startChild, type ChildOptions } from './child.js'

const entry = join(import.meta.dirname, 'fixtures', 'stand-in.mjs')
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold child '))
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

function child(
  name: string,
  env: Record<string, string> = {},
  more: Partial<ChildOptions> = {},
): ChildOptions {
  return { name, entry, logFile: join(folder, `${name}.log`), env, ...more }
}

test('a child knows what it was given and nothing else, and writes to its own log', async () => {
  process.env.FREEHOLD_TEST_SECRET = 'ours alone'
  const running = await startChild(child('quiet', { SHOW: 'yes', ONLY: 'this' }))
  const environ = await readFile(`/proc/${running.pid}/environ`, 'utf8')
  await running.stop()
  expect(await running.exited).toBe('exit code 0')
  const log = await readFile(join(folder, 'quiet.log'), 'utf8')
  expect(log).toContain('a stand-in starts')
  expect(log).toContain('"ONLY":"this"')
  expect(`${log}${environ}`).not.toContain('FREEHOLD_TEST_SECRET')
  expect((await stat(join(folder, 'quiet.log'))).mode & 0o777).toBe(0o600)
})

test('a child that ends before it is ready fails with the end of its log', async () => {
  await expect(
    startChild(child('early', { SAYS: 'nothing', ENDS_AFTER_MS: '20', ENDS_WITH: '3' })),
  ).rejects.toMatchObject({
    code: 'FREEHOLD_CHILD_FAILED',
    message: expect.stringMatching(/^early ended \(exit code 3\) .*a stand-in starts/s) as string,
    fix: expect.stringContaining(join(folder, 'early.log')) as string,
  })
})

test('a child that never becomes ready fails, and is not left running', async () => {
  const began = Date.now()
  const failure = await startChild(child('silent', { SAYS: 'nothing', SHOW: 'yes' }, { readyMs: 300 })).catch(
    (error: unknown) => error,
  )
  expect(failure).toMatchObject({ message: expect.stringContaining('not ready after 0.3 s') as string })
  expect(Date.now() - began).toBeLessThan(20_000)
})

test('a file that does not exist fails', async () => {
  await expect(startChild(child('nobody', {}, { entry: join(folder, 'nothing.mjs') }))).rejects.toMatchObject(
    {
      code: 'FREEHOLD_CHILD_FAILED',
      message: expect.stringContaining('nothing.mjs') as string,
    },
  )
})

test('a child that does not end when asked is ended', async () => {
  const running = await startChild(child('stubborn', { STUBBORN: 'yes' }, { graceMs: 200 }))
  await running.stop()
  expect(await running.exited).toBe('SIGKILL')
})

const parent = `
  import { startChild } from ${JSON.stringify(new URL('../../dist/processes/child.js', import.meta.url).href)}
  const { pid } = await startChild(JSON.parse(process.argv[1]))
  console.log(pid)
`

test('a child ends when its parent is killed', async () => {
  const middle = spawn(
    process.execPath,
    ['--input-type=module', '-e', parent, JSON.stringify(child('orphan'))],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [line] = (await once(createInterface(middle.stdout), 'line')) as [string]
  const pid = Number(line)
  process.kill(pid, 0)
  middle.kill('SIGKILL')
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false)
  await sleep(0)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
