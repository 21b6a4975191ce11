import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor, type TestDoor } from '../../test/door.js'

describe('what every answer carries', () => {
  let door: TestDoor
  beforeAll(async () => {
    door = await openDoor({ settings: { corsOrigins: ['https://notes.example'] } })
  })
  afterAll(() => door.close())

  it('has security headers and a request id, whatever the status', async () => {
    for (const [path, status] of [
      ['/', 200],
      ['/api/notes', 401],
      ['/nothing', 404],
      ['/api//notes', 400],
      ['/api/notes/%', 400],
    ] as const) {
      const { status: answered, headers } = await door.ask(path)
      expect(answered, path).toBe(status)
      expect(headers['x-request-id'], path).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers['x-content-type-options'], path).toBe('nosniff')
      expect(headers['content-security-policy'], path).toContain("default-src 'none'")
      expect(headers['x-powered-by'], path).toBeUndefined()
      expect(headers['strict-transport-security'], path).toBeUndefined()
    }
  })

  it("keeps a client's request id when it is harmless", async () => {
    const echoed = async (id: string): Promise<unknown> =>
      (await door.ask('/', { headers: { 'x-request-id': id } })).headers['x-request-id']
    expect(await echoed('trace-0123.abc_DEF')).toBe('trace-0123.abc_DEF')
    for (const id of ['short', 'a'.repeat(129), 'with space', '"quoted"', '-leading', '../../../../etc'])
      expect(await echoed(id)).not.toBe(id)
  })

  it('lets scripts of the origins that were named in, and no others', async () => {
    const preflight = (origin: string) =>
      door.ask('/api/notes/1', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,if-match,idempotency-key',
        },
      })
    const allowed = await preflight('https://notes.example')
    expect(allowed.status).toBe(204)
    expect(allowed.headers).toMatchObject({ 'access-control-allow-origin': 'https://notes.example' })
    for (const name of ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Authorization', 'Content-Type']) {
      expect(allowed.headers['access-control-allow-headers']).toContain(name)
    }
    expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined()

    const read = await door.askAsAda('/api/notes', { headers: { origin: 'https://notes.example' } })
    for (const name of ['ETag', 'Location', 'X-Request-Id', 'Retry-After', 'Idempotency-Replayed']) {
      expect(read.headers['access-control-expose-headers']).toContain(name)
    }
    expect(read.headers.vary).toMatch(/origin/i)
    expect(read.headers['access-control-allow-credentials']).toBeUndefined()
    const refused = await door.ask('/api/notes', { headers: { origin: 'https://notes.example' } })
    expect(refused).toMatchObject({
      status: 401,
      headers: { 'access-control-allow-origin': 'https://notes.example' },
    })
  })

  it('lets nobody in across origins by default, and asks for https where clients use it', async () => {
    const plain = await openDoor({ settings: { publicUrl: new URL('https://notes.example') } })
    try {
      const answer = await plain.ask('/api/notes', {
        method: 'OPTIONS',
        headers: { origin: 'https://a.example', 'access-control-request-method': 'PUT' },
      })
      expect(answer.status).toBe(404)
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      expect(answer.headers['strict-transport-security']).toContain('max-age=31536000')
    } finally {
      await plain.close()
    }
  })

  it('says at / where to go', async () => {
    expect((await door.ask('/')).json()).toMatchObject({
      documentation: '/api/docs',
      openapi: '/api/openapi.json',
    })
    expect(await door.ask('/', { headers: { accept: 'text/html,*/*' } })).toMatchObject({
      status: 302,
      headers: { location: '/api/docs' },
    })
  })
})
