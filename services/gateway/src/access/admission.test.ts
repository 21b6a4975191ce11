import { randomUUID } from 'node:crypto'
import { signer } from '@notes/identity/testing'
import { exportSPKI, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../test/asking.js'
import { openDoor, type TestDoor } from '../../test/door.js'
import { httpUpstream } from '../../test/upstreams.js'

describe('who is let in', () => {
  let door: TestDoor
  beforeAll(async () => {
    door = await openDoor()
  })
  afterAll(() => door.close())

  const withToken = (
    token: string,
  ): Promise<{ status: number; challenge: string | undefined; problem: Record<string, unknown> }> =>
    door.ask('/api/notes', { headers: { authorization: `Bearer ${token}` } }).then((answer) => ({
      status: answer.status,
      challenge: answer.headers['www-authenticate'],
      problem: answer.json(),
    }))

  it('passes good tokens on, and the services verify them again', async () => {
    const token = await door.signer.token()
    expect((await withToken(token)).status).toBe(200)
    expect(door.services.notes.seen.at(-1)?.headers.authorization).toBe(`Bearer ${token}`)
  })

  it('refuses everything else without asking a service', async () => {
    const before = door.services.notes.seen.length
    const { privateKey: otherKey } = await signer()
    const [header, payload = ''] = (await door.signer.token()).split('.')
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid: 'first' })).toString(
      'base64url',
    )
    const claims = { sid: randomUUID(), name: 'Eve' }
    const forged: Record<string, string> = {
      'alg none': `${unsigned}.${payload}.`,
      'no signature': `${header}.${payload}.`,
      'other payload': (await door.signer.token())
        .split('.')
        .map((part, index) => (index === 1 ? payload : part))
        .join('.'),
      'other key under the same id': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'first' })
        .setSubject(randomUUID())
        .setIssuer('notes-auth')
        .setAudience('notes-app')
        .setIssuedAt()
        .setExpirationTime('10m')
        .setJti(randomUUID())
        .sign(otherKey),
      'public key as HMAC secret': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })
        .setSubject(randomUUID())
        .setIssuer('notes-auth')
        .setAudience('notes-app')
        .setIssuedAt()
        .setExpirationTime('10m')
        .setJti(randomUUID())
        .sign(new TextEncoder().encode(await exportSPKI(door.signer.publicKey))),
      expired: await door.signer.token({ exp: Math.floor(Date.now() / 1000) - 60 }),
      'another type': await door.signer.token({}, { typ: 'JWT' }),
      'unknown key id': await door.signer.token({}, { kid: 'unknown' }),
      'key id with a path': await door.signer.token({}, { kid: '../../etc/passwd' }),
      'no user': await door.signer.token({ sub: 'not-a-uuid' }),
      garbage: 'a.b.c',
      endless: 'a'.repeat(8000),
    }
    for (const [name, token] of Object.entries(forged)) {
      const { status, challenge, problem } = await withToken(token)
      expect(status, name).toBe(401)
      expect(challenge, name).toContain('error="invalid_token"')
      expect(problem, name).toMatchObject({ status: 401, type: 'urn:problem-type:unauthenticated' })
    }
    for (const authorization of ['', 'Bearer', 'Basic QWRhOnB3', 'Bearer two words']) {
      expect((await door.ask('/api/notes', { headers: { authorization } })).status, authorization).toBe(401)
    }
    expect((await door.ask('/api/users/me')).status).toBe(401)
    expect((await door.ask('/api/auth/sessions')).status).toBe(401)
    expect((await door.ask('/api/auth/unknown')).status).toBe(401)
    expect((await door.ask('/api/auth/login')).status).toBe(401)
    expect(door.services.notes.seen.length).toBe(before)
  })

  it('asks nothing of who wants to come in', async () => {
    for (const path of ['/api/auth/register', '/api/auth/login', '/api/auth/refresh']) {
      expect((await door.ask(path, { method: 'POST', body: '{}' })).status, path).toBe(200)
    }
    expect((await door.ask('/api/auth/.well-known/jwks.json')).json()).toHaveProperty('keys')
    // An old token in a client's pocket must not keep it from getting a new one.
    const expired = await door.signer.token({ exp: 1 })
    expect(
      (
        await door.ask('/api/auth/login', {
          method: 'POST',
          body: '{}',
          headers: { authorization: `Bearer ${expired}` },
        })
      ).status,
    ).toBe(200)
  })

  it('leaves logging out to the service, and shows it no bad token', async () => {
    const good = await door.signer.token()
    const expired = await door.signer.token({ exp: 1 })
    await door.ask('/api/auth/logout', { method: 'POST', headers: { authorization: `Bearer ${good}` } })
    expect(door.services.auth.seen.at(-1)?.headers.authorization).toBe(`Bearer ${good}`)
    await door.ask('/api/auth/logout', {
      method: 'POST',
      body: '{"refreshToken":"r"}',
      headers: { authorization: `Bearer ${expired}` },
    })
    expect(door.services.auth.seen.at(-1)).toMatchObject({
      url: '/api/auth/logout',
      body: '{"refreshToken":"r"}',
    })
    expect(door.services.auth.seen.at(-1)?.headers.authorization).toBeUndefined()
  })

  it('passes on nothing that a client could forge', async () => {
    const forged = {
      'x-user-id': 'admin',
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'for=10.0.0.1',
      'x-real-ip': '10.0.0.1',
      'x-original-url': '/openapi.json',
      'x-http-method-override': 'DELETE',
      'x-request-id': 'a b\tc',
      connection: 'close, authorization, x-forwarded-for',
      te: 'trailers',
      upgrade: 'h2c',
      'proxy-authorization': 'Basic QQ==',
      cookie: 'a=b',
      'if-match': '"1"',
    }
    const answer = await door.askAsAda('/api/notes', { headers: forged })
    const seen = door.services.notes.seen.at(-1)
    expect(answer.status).toBe(200)
    expect(Object.keys(seen?.headers ?? {}).sort()).toEqual(
      [
        'authorization',
        'connection',
        'host',
        'if-match',
        'x-forwarded-for',
        'x-forwarded-host',
        'x-forwarded-proto',
        'x-request-id',
      ].sort(),
    )
    expect(seen?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${door.port}`,
    })
    expect(seen?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.headers['x-request-id']).toBe(seen?.headers['x-request-id'])
  })

  it('believes a load balancer that it was told of', async () => {
    const behind = await openDoor({ settings: { trustedProxies: ['loopback'] } })
    try {
      await behind.askAsAda('/api/notes', {
        headers: {
          'x-forwarded-for': '6.6.6.6, 203.0.113.9',
          'x-forwarded-proto': 'https',
          'x-forwarded-host': 'notes.example',
        },
      })
      expect(behind.services.notes.seen.at(-1)?.headers).toMatchObject({
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'notes.example',
      })
    } finally {
      await behind.close()
    }
  })

  it('says 503 while no key could be read, and still lets people log in', async () => {
    const keyless = await httpUpstream(
      (request, response) =>
        void response.writeHead(request.url?.endsWith('jwks.json') === true ? 500 : 200).end(),
    )
    const { gatewayApp } = await import('../app.js')
    const { identity } = await import('@notes/identity')
    const { settingsFrom } = await import('../settings/read.js')
    const { pino } = await import('pino')
    const settings = { ...settingsFrom({ HOST: '127.0.0.1', PORT: '0', AUTH_URL: keyless.url.origin }) }
    const app = await gatewayApp({
      settings,
      identity: identity({ authUrl: keyless.url }),
      logger: pino({ level: 'silent' }),
    })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    try {
      const answer = await ask(`${url}/api/notes`, {
        headers: { authorization: `Bearer ${await door.signer.token()}` },
      })
      expect(answer.status).toBe(503)
      expect(answer.headers['retry-after']).toBeDefined()
      expect((await ask(`${url}/api/auth/login`, { method: 'POST', body: '{}' })).status).toBe(200)
    } finally {
      await app.close()
      await keyless.close()
    }
  })
})
