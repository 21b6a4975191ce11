import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { signer } from '@notes/identity/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { ask, exchange } from './asking.js'
import { httpUpstream, type TestUpstream } from './upstreams.js'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

describe('the process of the gateway', () => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  const run = async (
    environment: Record<string, string>,
  ): Promise<{ child: ChildProcess; port: number; exited: Promise<unknown[]> }> => {
    const child = fork(main, [], {
      env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', PORT: '0', ...environment },
      execArgv: [],
      stdio: 'pipe',
    })
    const exited = once(child, 'exit')
    closing.push(async () => {
      child.kill('SIGKILL')
      await exited
    })
    const [message] = (await once(child, 'message')) as [{ type: string; port: number }]
    expect(message.type).toBe('ready')
    return { child, port: message.port, exited }
  }
  const service = async (answer?: Parameters<typeof httpUpstream>[0]): Promise<TestUpstream> => {
    const upstream = await httpUpstream(answer)
    closing.push(() => upstream.close())
    return upstream
  }

  it('can be reached as localhost, over IPv4 and, where there is one, over IPv6', async () => {
    const { port } = await run({})
    expect((await ask(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)
    expect((await ask(`http://localhost:${port}/health/live`)).status).toBe(200)
    if (!(await hasIpv6Loopback())) return
    expect((await ask(`http://[::1]:${port}/health/live`)).status).toBe(200)
    for (const host of ['127.0.0.1', '::1']) {
      expect(await exchange(port, 'nonsense\r\n\r\n', { host })).toMatch(
        /^HTTP\/1.1 400 [^]*application\/problem\+json/,
      )
      expect(
        await exchange(
          port,
          'GET /health/live HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n',
          { host },
        ),
      ).toMatch(/^HTTP\/1.1 200 /)
    }
  })

  it.each(['SIGTERM', 'disconnect'] as const)(
    'finishes what is under way on %s, takes nothing new, and leaves',
    async (how) => {
      const keys = await signer()
      const held: (() => void)[] = []
      const auth = await service(
        (_request, response) => void response.end(JSON.stringify({ keys: [keys.jwk] })),
      )
      const notes = await service((_request, response) => void held.push(() => response.end('finished')))
      const { child, port, exited } = await run({ AUTH_URL: auth.url.origin, NOTES_URL: notes.url.origin })
      const token = await keys.token()
      const hosts = (await hasIpv6Loopback()) ? ['127.0.0.1', '[::1]'] : ['127.0.0.1']
      const underWay = hosts.map((host) =>
        ask(`http://${host}:${port}/api/notes`, { headers: { authorization: `Bearer ${token}` } }),
      )
      const answers = Promise.allSettled(underWay)
      let answered = 0
      for (const one of underWay) void one.then(() => (answered += 1)).catch(() => undefined)
      while (held.length < hosts.length) await sleep(10)
      const idle = connect(port, '127.0.0.1')
      const idleClosed = once(idle, 'close')
      await once(idle, 'connect')
      // Connections are accepted in their order: behind this answer, the idle one has been.
      expect((await ask(`http://127.0.0.1:${port}/health/live`)).status).toBe(200)

      if (how === 'disconnect') child.disconnect()
      else child.kill(how)
      await idleClosed
      for (const host of hosts) await expect(ask(`http://${host}:${port}/health/live`)).rejects.toThrow()
      // One after the other: the first to finish must not take the ground from under the rest.
      for (const [index, release] of held.entries()) {
        release()
        await expect.poll(() => answered).toBe(index + 1)
        // What it must not do has no sign of its own, so it gets time to do it.
        await sleep(100)
      }
      for (const answer of await answers) {
        expect(answer).toMatchObject({ value: { status: 200, text: 'finished' } })
      }
      expect(await exited).toEqual([0, null])
    },
  )

  it('says what is wrong with its environment, and does not start', async () => {
    const child = fork(main, [], {
      env: { PATH: process.env.PATH, PORT: 'eighty', NOTES_URL: 'x' },
      execArgv: [],
      stdio: 'pipe',
    })
    const said: string[] = []
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(said.join('')).toMatch(/PORT must be a whole number[^]*NOTES_URL must be an address/)
    expect(said.join('')).not.toMatch(/ {4}at /)
  })

  it('names the port that another process has', async () => {
    const other = await service()
    const child = fork(main, [], {
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(other.port), LOG_LEVEL: 'silent' },
      execArgv: [],
      stdio: 'pipe',
    })
    const said: string[] = []
    child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()))
    expect(await once(child, 'exit')).toEqual([1, null])
    expect(said.join('')).toContain(`127.0.0.1:${other.port}`)
    expect(said.join('')).not.toMatch(/ {4}at /)
  })
})

function hasIpv6Loopback(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port: 1, host: '::1' })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
