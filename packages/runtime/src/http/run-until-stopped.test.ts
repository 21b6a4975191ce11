import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

interface Stoppable {
  child: ChildProcess
  port: number
  messages: { type: string; port?: number }[]
  errors: string[]
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string | null>
}

const running = new Set<ChildProcess>()

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs the fixture from the built package: a process of its own does not see the sources. */
async function start(env: Record<string, string> = {}): Promise<Stoppable> {
  const script = fileURLToPath(new URL('../../test/fixtures/stoppable.mjs', import.meta.url))
  const child = fork(script, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  })
  running.add(child)
  const messages: Stoppable['messages'] = []
  child.on('message', (message) => messages.push(message as { type: string }))
  const errors: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const ended = once(child, 'exit').then(([code, signal]: (number | string | null)[]) => {
    running.delete(child)
    return code ?? signal ?? null
  })
  await Promise.race([expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThan(0), ended])
  return { child, port: messages[0]?.port ?? 0, messages, errors, ended }
}

const get = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`)

describe('a service that is told to stop', () => {
  test.for(['SIGTERM', 'SIGINT', 'disconnect'] as const)(
    'by %s finishes what it has begun, and ends',
    async (how) => {
      const { child, port, messages, ended } = await start({ GRACE_MS: '60000' })
      const slow = get(port, '/slow')
      await expect.poll(() => messages.some(({ type }) => type === 'began')).toBe(true)
      if (how === 'disconnect') child.disconnect()
      else child.kill(how)
      const response = await slow
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ done: true })
      // The client keeps its connection alive, which must not hold up the end for the whole grace.
      expect(await ended).toBe(0)
      if (how !== 'disconnect') expect(messages.at(-1)).toEqual({ type: 'closed' })
      await expect(get(port, '/health/live')).rejects.toThrow(/fetch failed/)
    },
  )

  test('does not wait for a connection on which nothing was asked', async () => {
    const { child, port, ended } = await start({ GRACE_MS: '60000' })
    const silent = createConnection(port, '127.0.0.1')
    await once(silent, 'connect')
    // Asked over another connection, so that the silent one has been accepted.
    expect((await get(port, '/health/live')).status).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
    silent.destroy()
  })

  test('twice is told once', async () => {
    const { child, port, messages, ended } = await start()
    const slow = get(port, '/slow')
    await expect.poll(() => messages.some(({ type }) => type === 'began')).toBe(true)
    child.kill('SIGINT')
    child.kill('SIGTERM')
    child.kill('SIGINT')
    expect((await slow).status).toBe(200)
    expect(await ended).toBe(0)
  })

  test('does not wait for requests longer than its grace', async () => {
    const { child, port, messages, ended } = await start({ SLOW_MS: '60000', GRACE_MS: '200' })
    const slow = get(port, '/slow').catch((error: unknown) => error)
    await expect.poll(() => messages.some(({ type }) => type === 'began')).toBe(true)
    const told = performance.now()
    child.kill('SIGTERM')
    expect(await slow).toBeInstanceOf(Error)
    expect(await ended).not.toBeNull()
    expect(performance.now() - told).toBeLessThan(20_000)
  })

  test('ends although something hangs while it closes', async () => {
    const { child, ended } = await start({ GRACE_MS: '100', HANGS: 'yes' })
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
  })
})

test('a port that is in use is named', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { errors, ended } = await start({ PORT: String(port) })
  expect(await ended).toBe(1)
  await expect.poll(() => errors.join('')).toContain('FREEHOLD_PORT_IN_USE')
  expect(errors.join('')).toContain(`127.0.0.1:${port}`)
  server.close()
})
