import { fork, type ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@freehold/embedded'
import { afterEach, describe, expect, it } from 'vitest'
import type { Answer } from '../../test/asking.js'
import { openDoor, type DoorOptions, type TestDoor } from '../../test/door.js'
import { httpUpstream, tcpUpstream, type TestUpstream } from '../../test/upstreams.js'

const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n'

describe('services that fail', () => {
  const closing: { close(): Promise<void> }[] = []
  const keep = <T extends { close(): Promise<void> }>(one: T): T => {
    closing.push(one)
    return one
  }
  const open = async (options: DoorOptions): Promise<TestDoor> => keep(await openDoor(options))
  const misbehaving = async (serve: Parameters<typeof tcpUpstream>[0]): Promise<TestUpstream> =>
    keep(await tcpUpstream(serve))
  afterEach(async () => {
    for (const one of closing.splice(0).reverse()) await one.close()
  })

  function expectProblem(answer: Answer, status: number, slug: string): void {
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['x-request-id']).toBeDefined()
    expect(answer.json()).toMatchObject({ status, type: `urn:problem-type:${slug}` })
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|undici|UND_ERR|\.js:\d/)
  }

  it('answers 502 when nobody listens, and the other services go on', async () => {
    const door = await open({ notes: new URL(`http://127.0.0.1:${await freePort()}`) })
    for (const method of ['GET', 'POST', 'DELETE']) {
      expectProblem(await door.askAsAda('/api/notes', { method }), 502, 'service-unreachable')
    }
    expect((await door.askAsAda('/api/users/me')).status).toBe(200)
    expect((await door.ask('/api/auth/login', { method: 'POST', body: '{}' })).status).toBe(200)
  })

  it('answers 502 when the name of a service is unknown', async () => {
    const door = await open({ notes: new URL('http://notes.invalid:8083') })
    expectProblem(await door.askAsAda('/api/notes'), 502, 'service-unreachable')
  })

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up at once', (socket) => socket.destroy()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    ['talks garbage', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n\r\n')],
    [
      'answers with an impossible status',
      (socket) => socket.write('HTTP/1.1 99 Odd\r\ncontent-length: 0\r\n\r\n'),
    ],
    ['answers with status 1000', (socket) => socket.write('HTTP/1.1 1000 Odd\r\ncontent-length: 0\r\n\r\n')],
    ['hangs up within the head', (socket) => socket.end(head)],
    ['sends a huge head', (socket) => socket.write(`${head}x-huge: ${'x'.repeat(100_000)}\r\n\r\n`)],
    ['sends many headers', (socket) => socket.write(`${head}${'x-many: 1\r\n'.repeat(20_000)}\r\n`)],
    [
      'sends two lengths',
      (socket) => socket.write(`${head}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
    ],
    [
      'switches protocols',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    ],
  ])('answers 502 when a service %s', async (_what, serve) => {
    const notes = await misbehaving(serve)
    const door = await open({ notes })
    expectProblem(
      await door.askAsAda('/api/notes', { method: 'POST', body: '{}' }),
      502,
      'service-unreachable',
    )
    expectProblem(await door.askAsAda('/api/notes'), 502, 'service-unreachable')
    expect((await door.askAsAda('/api/users/me')).status).toBe(200)
  })

  it('answers 504 when a service does not begin to answer, and says that the outcome is unknown', async () => {
    const notes = await misbehaving(() => undefined)
    const door = await open({ notes, timeouts: { upstream: 300 } })
    const began = Date.now()
    const answer = await door.askAsAda('/api/notes', { method: 'POST', body: '{}' })
    expectProblem(answer, 504, 'service-timeout')
    expect(answer.json().detail).toContain('not known')
    // Not the ten seconds that it is by default.
    expect(Date.now() - began).toBeLessThan(8_000)
    expect((await door.askAsAda('/api/users/me')).status).toBe(200)
  })

  it('answers 504 when a service drips its head', async () => {
    const notes = await misbehaving((socket) => {
      let at = 0
      const timer = setInterval(() => socket.write(`${head}x-slow: ${'x'.repeat(10_000)}`.charAt(at++)), 20)
      socket.on('close', () => clearInterval(timer))
    })
    const door = await open({ notes, timeouts: { upstream: 400 } })
    expectProblem(await door.askAsAda('/api/notes'), 504, 'service-timeout')
  })

  it.each<[string, (socket: Socket) => void]>([
    ['resets the connection', (socket) => setTimeout(() => socket.resetAndDestroy(), 50)],
    ['hangs up', (socket) => setTimeout(() => socket.end(), 50)],
    ['stands still', () => undefined],
    ['drips for ever', (socket) => void setInterval(() => socket.write('.'), 50).unref()],
  ])(
    'breaks the answer off, and does not pretend it is whole, when a service %s in the middle',
    async (_what, then) => {
      const notes = await misbehaving((socket) => {
        socket.write(`${head}content-length: 100000\r\n\r\nthe first part`)
        then(socket)
      })
      const door = await open({ notes, timeouts: { upstream: 300, answer: 1_500 } })
      const began = Date.now()
      await expect(door.askAsAda('/api/notes')).rejects.toThrow(/aborted|hang up|ECONNRESET/)
      expect(Date.now() - began).toBeLessThan(8_000)
      expect((await door.askAsAda('/api/users/me')).status).toBe(200)
    },
  )

  it("passes a service's own 503 on", async () => {
    const problem = '{"type":"urn:problem-type:busy","status":503}'
    const notes = keep(
      await httpUpstream(
        (_request, response) =>
          void response
            .writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '7' })
            .end(problem),
      ),
    )
    const door = await open({ notes })
    for (let index = 0; index < 15; index += 1) {
      expect(await door.askAsAda('/api/notes')).toMatchObject({
        status: 503,
        text: problem,
        headers: { 'retry-after': '7' },
      })
    }
    expect(notes.seen).toHaveLength(15)
  })

  it('asks a service that fails all the time only now and then, and a recovered one again within a second', async () => {
    const port = await freePort()
    let now = 0
    const door = await open({ notes: new URL(`http://127.0.0.1:${port}`), now: () => now })
    const write = (): Promise<Answer> => door.askAsAda('/api/notes', { method: 'POST', body: '{}' })
    const statuses: number[] = []
    for (let index = 0; index < 30; index += 1) statuses.push((await write()).status)
    expect(statuses).toEqual([...Array<number>(10).fill(502), ...Array<number>(20).fill(503)])
    const refused = await write()
    expectProblem(refused, 503, 'service-unavailable')
    expect(refused.headers['retry-after']).toBe('1')
    expect((await door.askAsAda('/api/users/me')).status).toBe(200)
    now += 400
    expect([(await write()).status, (await write()).status]).toEqual([502, 503])

    const notes = keep(await httpUpstream(undefined, port))
    expect((await write()).status).toBe(503)
    expect(notes.seen).toEqual([])
    now += 400
    for (let index = 0; index < 20; index += 1) expect((await write()).status).toBe(200)
  })

  it.each([
    ['GET', 200],
    ['HEAD', 200],
    ['POST', 502],
    ['DELETE', 502],
  ])(
    'sends a reading request again when the connection was refused, and no other: %s is %i',
    async (method, status) => {
      const port = await freePort()
      const door = await open({ notes: new URL(`http://127.0.0.1:${port}`) })
      const refused = connectionRefused(port)
      const answer = door.askAsAda('/api/notes', { method })
      await refused
      const notes = keep(await httpUpstream(undefined, port))
      expect((await answer).status).toBe(status)
      expect(notes.seen.map((seen) => seen.method)).toEqual(status === 200 ? [method] : [])
    },
  )

  it('refuses what is too much for one service, and leaves the others alone', async () => {
    const held: (() => void)[] = []
    const notes = keep(await httpUpstream((_request, response) => void held.push(() => response.end('done'))))
    const door = await open({ notes, limits: { inFlight: 2 } })
    const waiting = [door.askAsAda('/api/notes'), door.askAsAda('/api/notes')]
    while (held.length < 2) await sleep(5)
    const third = await door.askAsAda('/api/notes')
    expectProblem(third, 503, 'service-overloaded')
    expect(third.headers['retry-after']).toBe('1')
    expect((await door.askAsAda('/api/users/me')).status).toBe(200)
    for (const release of held) release()
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
    const next = door.askAsAda('/api/notes')
    while (held.length < 3) await sleep(5)
    held[2]?.()
    expect((await next).status).toBe(200)
  })

  it('forgets a request whose client has hung up only when the service has answered', async () => {
    const held: (() => void)[] = []
    const notes = keep(
      await httpUpstream((_request, response) => {
        if (held.length === 0) held.push(() => response.end('done'))
        else response.end('done')
      }),
    )
    const door = await open({ notes, limits: { inFlight: 1 } })
    const token = await door.signer.token()
    const client = connect(door.port, '127.0.0.1')
    client.write(`GET /api/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    while (held.length < 1) await sleep(5)
    client.destroy()
    await expect.poll(() => door.connections()).toBe(0)
    expect((await door.askAsAda('/api/notes')).status).toBe(503)
    held[0]?.()
    await expect.poll(async () => (await door.askAsAda('/api/notes')).status).toBe(200)
  })

  it('survives the sudden death of a service, and finds the new one', async () => {
    const first = await spawnService(0)
    const door = await open({ notes: new URL(`http://127.0.0.1:${first.port}`) })
    expect((await door.askAsAda('/api/notes')).status).toBe(200)
    const dead = once(first.process, 'exit')
    let hanging = 0
    first.process.on('message', () => (hanging += 1))
    const stuck = Promise.all(Array.from({ length: 5 }, () => door.askAsAda('/api/notes/hang')))
    await expect.poll(() => hanging).toBe(5)
    first.process.kill('SIGKILL')
    expect((await stuck).map(({ status }) => status)).toEqual([502, 502, 502, 502, 502])
    await dead
    expect((await door.askAsAda('/api/notes')).status).toBe(502)
    expect((await door.askAsAda('/api/users/me')).status).toBe(200)

    const second = await spawnService(first.port)
    keep({ close: async () => void second.process.kill('SIGKILL') })
    // Five and one failures in a row are no reason for a rest.
    expect((await door.askAsAda('/api/notes')).status).toBe(200)
  })
})

/** Settles in the moment in which a connection of the door is refused, which undici tells on a channel. */
function connectionRefused(port: number): Promise<void> {
  const channel = 'undici:client:connectError'
  return new Promise((resolve) => {
    const listener = (message: unknown): void => {
      if ((message as { connectParams: { port: string } }).connectParams.port !== String(port)) return
      unsubscribe(channel, listener)
      resolve()
    }
    subscribe(channel, listener)
  })
}

async function spawnService(port: number): Promise<{ process: ChildProcess; port: number }> {
  const child = fork(
    fileURLToPath(new URL('../../test/service-process.mjs', import.meta.url)),
    [String(port)],
    { execArgv: [] },
  )
  const [message] = (await once(child, 'message')) as [{ port: number }]
  return { process: child, port: message.port }
}
