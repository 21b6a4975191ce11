import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { exchange, parsed } from '../../test/asking.js'
import { openDoor, type DoorOptions, type TestDoor } from '../../test/door.js'

describe('how much is let in', () => {
  const doors: TestDoor[] = []
  const open = async (options: DoorOptions): Promise<TestDoor> => {
    const door = await openDoor(options)
    doors.push(door)
    return door
  }
  afterEach(() => Promise.all(doors.splice(0).map((door) => door.close())))

  it('counts the requests of each user apart, and says what is left', async () => {
    const door = await open({ limits: { requests: 3 } })
    const [ada, bob] = [await door.signer.token(), await door.signer.token()]
    const get = (token: string) => door.ask('/api/notes', { headers: { authorization: `Bearer ${token}` } })
    const answers = [await get(ada), await get(ada), await get(ada), await get(ada)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
    expect(answers.map(({ headers }) => headers['ratelimit-remaining'])).toEqual(['2', '1', '0', '0'])
    const refused = answers[3]
    expect(refused?.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'ratelimit-limit': '3',
    })
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(refused?.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect(refused?.json()).toMatchObject({ type: 'urn:problem-type:too-many-requests', status: 429 })
    expect((await get(bob)).status).toBe(200)
    expect(door.services.notes.seen).toHaveLength(4)
  })

  it('counts another token of the same user as the same user', async () => {
    const door = await open({ limits: { requests: 2 } })
    const sub = randomUUID()
    const statuses: number[] = []
    for (let index = 0; index < 3; index += 1) {
      const token = await door.signer.token({ sub })
      statuses.push((await door.ask('/api/notes', { headers: { authorization: `Bearer ${token}` } })).status)
    }
    expect(statuses).toEqual([200, 200, 429])
  })

  it('counts forged tokens by address, whatever address they claim', async () => {
    const door = await open({ limits: { requests: 2 } })
    const statuses: number[] = []
    for (const address of ['1.1.1.1', '2.2.2.2', '3.3.3.3']) {
      const headers = { authorization: `Bearer ${address}`, 'x-forwarded-for': address }
      statuses.push((await door.ask('/api/notes', { headers })).status)
    }
    expect(statuses).toEqual([401, 401, 429])
    expect((await door.askAsAda('/api/notes')).status).toBe(200)
  })

  it('counts attempts at a password or a token by address, with or without a good token', async () => {
    const door = await open({ limits: { attempts: 2 } })
    const attempt = (path: string) => door.askAsAda(path, { method: 'POST', body: '{}' })
    const answers = [
      await attempt('/api/auth/login'),
      await attempt('/api/auth/refresh?again'),
      await attempt('/api/auth/register'),
      await attempt('/api/auth/password'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429, 429])
    expect((await door.ask('/api/auth/%6cogin', { method: 'POST', body: '{}' })).status).toBe(400)
    expect((await door.askAsAda('/api/notes')).status).toBe(200)
  })

  it('limits its own pages too, but never the health checks', async () => {
    const door = await open({ limits: { requests: 2 } })
    expect((await door.ask('/')).status).toBe(200)
    expect((await door.ask('/api/docs')).status).toBe(200)
    expect((await door.ask('/api/docs')).status).toBe(429)
    for (let index = 0; index < 5; index += 1) expect((await door.ask('/health/live')).status).toBe(200)
  })

  it('refuses a body over the limit before the service hears of it', async () => {
    const door = await open({ limits: { body: 1000 } })
    for (const chunked of [false, true]) {
      const large = await door.askAsAda('/api/notes', { method: 'POST', body: 'x'.repeat(1001), chunked })
      expect(large).toMatchObject({ status: 413 })
      expect(large.json()).toMatchObject({ type: 'urn:problem-type:body-too-large' })
    }
    expect(door.services.notes.seen).toEqual([])
    expect((await door.askAsAda('/api/notes', { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200)
  })

  it('refuses an endless body at once, and in a readable way', async () => {
    const door = await open({ limits: { body: 1000 } })
    const token = await door.signer.token()
    const head = (method: string, length: number) =>
      `${method} /api/notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${length}\r\n\r\n`
    for (const method of ['POST', 'GET', 'DELETE']) {
      const { status } = parsed(await exchange(door.port, head(method, 1e12)))
      expect(status, method).toBe(413)
    }
    expect(
      (await door.askAsAda('/api/notes', { method: 'POST', body: Buffer.alloc(20_000_000) })).status,
    ).toBe(413)
    expect(door.services.notes.seen).toEqual([])
  })
})
