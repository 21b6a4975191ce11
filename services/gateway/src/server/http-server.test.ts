import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { exchange, parsed } from '../../test/asking.js'
import { openDoor, type DoorOptions, type TestDoor } from '../../test/door.js'

describe('what is no proper request', () => {
  const doors: TestDoor[] = []
  const open = async (options: DoorOptions = {}): Promise<TestDoor> => {
    const door = await openDoor(options)
    doors.push(door)
    return door
  }
  afterEach(() => Promise.all(doors.splice(0).map((door) => door.close())))

  it.each<[string, string, number]>([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n', 400],
    ['a space in the target', 'GET /api/notes /x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a NUL in the target', 'GET /api/notes\0 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n', 400],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n', 400],
    ['a negative length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400],
    [
      'two different lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'chunks that are not last',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a/b@c\r\nConnection: close\r\n\r\n', 400],
    ['a head that is too large', `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'an unknown expectation',
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: the-inquisition\r\nContent-Length: 0\r\n\r\n',
      417,
    ],
    ['a tunnel', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['an unknown method', 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
    ['the server itself', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
  ])('answers %s with a problem', async (_what, bytes, status) => {
    const door = await open()
    const answer = parsed(await exchange(door.port, Buffer.from(bytes, 'latin1'), { within: 3_000 }))
    expect(answer).toMatchObject({ status, problem: { status } })
    expect(answer.head).toContain('content-type: application/problem+json')
    expect(answer.head).toContain('x-request-id: ')
    expect(answer.head).toContain('connection: close')
    expect((await door.ask('/health/live')).status).toBe(200)
  })

  it('does not take what follows a request for another one (smuggling)', async () => {
    const door = await open()
    const token = await door.signer.token()
    const inner = 'GET /api/notes/smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
    const outer = `POST /api/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`
    expect(await exchange(door.port, outer)).toMatch(/^HTTP\/1.1 200 /)
    expect(door.services.notes.seen).toMatchObject([{ url: '/api/notes', body: inner }])
  })

  it('refuses WebSockets, and answers an offer of h2c as if it were none', async () => {
    const door = await open()
    const token = await door.signer.token()
    const head = (upgrade: string): string =>
      `GET /api/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nUpgrade: ${upgrade}\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n`
    const refused = parsed(
      await exchange(door.port, `${head('websocket')}Connection: Upgrade, close\r\n\r\n`),
    )
    expect(refused).toMatchObject({ status: 400, problem: { type: 'urn:problem-type:upgrade-refused' } })
    expect(door.services.notes.seen).toEqual([])
    expect(
      await exchange(door.port, `${head('h2c')}Connection: Upgrade, HTTP2-Settings, close\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 200 /)
  })

  it('lets no client dawdle', async () => {
    const door = await open({ timeouts: { head: 300, request: 600, idle: 300 } })
    const token = await door.signer.token()
    const timed = async (bytes: string): Promise<[answer: string, milliseconds: number]> => {
      const began = Date.now()
      return [await exchange(door.port, bytes, { within: 20_000 }), Date.now() - began]
    }
    const [head, forHead] = await timed('GET /api/notes HTTP/1.1\r\nHost: a\r\nX-Slow: ')
    expect(parsed(head)).toMatchObject({ status: 408, problem: { type: 'urn:problem-type:request-timeout' } })
    // The defaults are 10 and 30 seconds, and 5 for a connection that is idle (Node's own).
    expect(forHead).toBeLessThan(8_000)
    const [body, forBody] = await timed(
      `POST /api/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100\r\n\r\n{"title":`,
    )
    expect(parsed(body).status).toBe(408)
    expect(forBody).toBeLessThan(8_000)
    const [, forIdle] = await timed('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(forIdle).toBeLessThan(4_500)
    expect(door.services.notes.seen).toEqual([])
  })

  it('serves others while many clients drip', async () => {
    const door = await open({ timeouts: { head: 1_000, request: 1_500 } })
    const token = await door.signer.token()
    const drips = Array.from({ length: 200 }, () => {
      const socket = connect(door.port, '127.0.0.1', () =>
        socket.write('POST /api/notes HTTP/1.1\r\nHost: a\r\nX-A: '),
      )
      const timer = setInterval(() => socket.write('a'), 100)
      const gone = new Promise<void>((resolve) => {
        socket.once('close', () => {
          clearInterval(timer)
          resolve()
        })
      })
      // The door hangs up on it in the middle of a word.
      socket.on('error', () => undefined)
      socket.resume()
      return gone
    })
    await sleep(300)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        door.ask('/api/notes', { headers: { authorization: `Bearer ${token}` } }),
      ),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    await Promise.all(drips)
    expect(door.services.notes.seen).toHaveLength(20)
  })

  it('keeps count of more connections than it can hold by closing the newest', async () => {
    const door = await open({ limits: { connections: 3 } })
    const held = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connect(door.port, '127.0.0.1')
        await new Promise((resolve) => socket.once('connect', resolve))
        return socket
      }),
    )
    await expect.poll(() => door.connections()).toBe(3)
    await expect(door.ask('/health/live')).rejects.toThrow()
    for (const socket of held) socket.destroy()
    await expect.poll(() => door.connections()).toBe(0)
    expect((await door.ask('/health/live')).status).toBe(200)
  })
})
