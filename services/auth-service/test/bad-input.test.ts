import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { exportPKCS8, generateKeyPair, importPKCS8, SignJWT } from 'jose'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authSystem, type AuthSystem } from './support/auth-system.js'
import { bearer, clientOf, password, someone, type Client } from './support/client.js'

let system: AuthSystem
let client: Client
let address: string
let token = ''

beforeAll(async () => {
  system = await authSystem()
  client = clientOf(system.app)
  await system.app.listen({ host: '127.0.0.1', port: 0 })
  address = `http://127.0.0.1:${(system.app.server.address() as AddressInfo).port}/api/auth`
})

// Some of what is sent logs out: then the next test has an account of its own.
beforeEach(async () => {
  if (token !== '' && (await client.get('sessions', token)).statusCode === 200) return
  const email = someone()
  await client.registered(email)
  token = (await client.loggedIn(email)).accessToken
})

afterAll(() => system.close())

/** Every endpoint that takes a body, with one that is good but for the values. */
const bodies: Record<string, Record<string, string>> = {
  register: { email: 'body@example.org', password, displayName: 'Body' },
  login: { email: 'body@example.org', password },
  refresh: { refreshToken: 'a' },
  logout: { refreshToken: 'a' },
  password: { currentPassword: password, newPassword: 'another horse battery' },
}
const endpoints = Object.keys(bodies)

/** Sends bytes as they are, over a socket. */
async function send(
  endpoint: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${address}/${endpoint}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...bearer(token), ...headers },
  })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

type Answer = Awaited<ReturnType<typeof send>>

function expectProblem(answer: Answer, status: number): void {
  expect(answer).toMatchObject({
    status,
    type: expect.stringContaining('application/problem+json') as string,
  })
  expect(JSON.parse(answer.text)).toMatchObject({ status, title: expect.any(String) as string })
  expect(answer.text).not.toMatch(/\.(ts|js):\d|node_modules|select |insert |pg_|argon2/i)
}

describe.each(endpoints)('%s answers a problem to', (endpoint) => {
  const good = bodies[endpoint] ?? {}
  const members = Object.keys(good)
  const withEach = (value: unknown) => members.map((member) => JSON.stringify({ ...good, [member]: value }))

  test.each(['{', '{"email":}', 'null,', "{'email': 1}", '[', '"', 'NaN', '\ufeff'])(
    'malformed JSON: %s',
    async (body) => {
      expectProblem(await send(endpoint, body), 400)
    },
  )

  test.each(['null', '[]', '7', '"text"', 'true', '[{}]'])('JSON that is no object: %s', async (body) => {
    // Logging out needs no body, and null is none.
    if (endpoint === 'logout' && body === 'null') return
    expectProblem(await send(endpoint, body), 400)
  })

  test('wrong types in every member', async () => {
    for (const value of [7, true, null, {}, [], ['a@example.org'], { $ne: '' }]) {
      for (const body of withEach(value)) expectProblem(await send(endpoint, body), 400)
    }
  })

  test('extra members, and members that reach for prototypes', async () => {
    for (const extra of [
      '"admin":true',
      '"id":"x"',
      '"__proto__":{"admin":true}',
      '"constructor":{}',
      '"version":7',
    ]) {
      expectProblem(await send(endpoint, `${JSON.stringify(good).slice(0, -1)},${extra}}`), 400)
    }
  })

  test('a member twice', async () => {
    const [first = ''] = members
    expectProblem(await send(endpoint, `${JSON.stringify(good).slice(0, -1)},"${first}":"other"}`), 400)
  })

  test('NUL and lone surrogates in every member', async () => {
    for (const value of ['a\u0000b@example.org', '\u0000'.repeat(20)]) {
      for (const body of withEach(value)) expectProblem(await send(endpoint, body), 400)
    }
    for (const escape of ['\\ud800', '\\udfff', '\\udfff\\ud800']) {
      for (const body of withEach('@@'))
        expectProblem(await send(endpoint, body.replace('@@', `long enough ${escape}`)), 400)
    }
  })

  test('bytes that are no UTF-8', async () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const [before = '', after = ''] = JSON.stringify({
        ...good,
        [members[0] ?? '']: 'long enough ???',
      }).split('???')
      const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
      expectProblem(await send(endpoint, new Uint8Array(body)), 400)
    }
  })

  test('values that are too long', async () => {
    for (const body of withEach('a'.repeat(10_000))) expectProblem(await send(endpoint, body), 400)
  })

  test('a body that is too large', async () => {
    expectProblem(await send(endpoint, JSON.stringify({ ...good, padding: 'a'.repeat(300_000) })), 413)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ])('the content type %s', async (type) => {
    expectProblem(await send(endpoint, JSON.stringify(good), { 'content-type': type }), 415)
  })

  test('SQL in every member, and nothing happens', async () => {
    for (const value of [
      "'; drop table credentials; --",
      "' or '1'='1",
      '$1',
      "\\'; select pg_sleep(5); --",
      '%',
    ]) {
      for (const body of withEach(value)) {
        const { status } = await send(endpoint, body)
        expect([200, 201, 204, 400, 401, 403, 409]).toContain(status)
      }
    }
    const { rows } = await system.admin.query<{ n: number }>(
      'select count(*)::int as n from auth.credentials',
    )
    expect(rows[0]?.n).toBeGreaterThan(0)
  })

  test('another method', async () => {
    const response = await fetch(`${address}/${endpoint}`, { method: 'PUT', headers: bearer(token) })
    expectProblem(
      { status: response.status, type: response.headers.get('content-type'), text: await response.text() },
      405,
    )
  })

  test('anything at all, without a 500', async () => {
    const anything = fc.record(
      Object.fromEntries(
        members.map((member) => [member, fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.jsonValue())]),
      ),
      {
        requiredKeys: [],
      },
    )
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        expect((await client.post(endpoint, body, bearer(token))).statusCode).toBeLessThan(500)
      }),
      { numRuns: 40 },
    )
  })
})

describe('a page of sessions cannot be asked for with', () => {
  test.each([
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1e9',
    'limit=ten',
    'limit=1.5',
    'limit=',
    'limit=99999999999999999999',
    'limit=1&limit=2',
    'cursor=nonsense',
    "cursor=' or true --",
    'cursor=',
    'cursor=%00',
    'cursor=%FF',
    `cursor=${'a'.repeat(5000)}`,
    'offset=10',
    'limit[]=5',
  ])('%s', async (query) => {
    const answer = await client.get(`sessions?${query}`, token)
    expectProblem(
      { status: answer.statusCode, type: String(answer.headers['content-type']), text: answer.body },
      400,
    )
  })

  test('a cursor that names nothing is an empty page or the rest, not an error', async () => {
    expect((await client.get(`sessions?cursor=${randomUUID()}`, token)).statusCode).toBe(200)
  })
})

describe('no endpoint believes', () => {
  const guarded = [
    ['GET', 'sessions'],
    ['DELETE', `sessions/${randomUUID()}`],
    ['POST', 'password'],
    ['POST', 'logout'],
  ] as const
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = () => Math.floor(Date.now() / 1000)

  function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const own = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >
    return { ...own, ...changes }
  }

  /** Signed with the service's own key, so that nothing but the claims is wrong. */
  async function signedHere(
    changes: Record<string, unknown>,
    header: Record<string, unknown> = {},
  ): Promise<string> {
    const { kid, key } = system.keys.signer()
    return new SignJWT(claims(changes))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...header })
      .sign(key)
  }

  async function signedElsewhere(): Promise<string> {
    const pair = await generateKeyPair('EdDSA', { extractable: true })
    const key = await importPKCS8(await exportPKCS8(pair.privateKey), 'EdDSA')
    const { kid } = system.keys.signer()
    return new SignJWT(claims()).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid }).sign(key)
  }

  async function withKeyInside(): Promise<string> {
    const pair = await generateKeyPair('EdDSA', { extractable: true })
    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
    const body = `${part({ alg: 'EdDSA', typ: 'at+jwt', kid: system.keys.signer().kid, jwk })}.${part(claims())}`
    const key = createPrivateKey(await exportPKCS8(pair.privateKey))
    return `${body}.${sign(null, Buffer.from(body), key).toString('base64url')}`
  }

  const tokens: [string, () => Promise<string> | string][] = [
    ['no token at all', () => ''],
    ['text that is no token', () => 'nonsense'],
    [
      'alg none',
      () => `${part({ alg: 'none', typ: 'at+jwt', kid: system.keys.signer().kid })}.${part(claims())}.`,
    ],
    ['a token without a signature', () => `${token.split('.').slice(0, 2).join('.')}.`],
    [
      'a changed claim under the old signature',
      () => [token.split('.')[0], part(claims({ sub: randomUUID() })), token.split('.')[2]].join('.'),
    ],
    ['a token of another key under our kid', signedElsewhere],
    ['a token that brings its own key', withKeyInside],
    ['an expired token', () => signedHere({ iat: now() - 700, exp: now() - 100 })],
    ['a token for somebody else', () => signedHere({ aud: 'billing' })],
    ['a token from somebody else', () => signedHere({ iss: 'elsewhere' })],
    ['a token of another type', () => signedHere({}, { typ: 'JWT' })],
    ['a token of a session that does not exist', () => signedHere({ sid: randomUUID() })],
    ['a token of a user that the session is not of', () => signedHere({ sub: randomUUID() })],
  ]

  test.each(tokens)('%s', async (what, make) => {
    const bad = await make()
    for (const [method, path] of guarded) {
      // Ending a session that is not there is no error.
      if (path === 'logout' && what.includes('of a')) continue
      const payload = path === 'password' ? bodies['password'] : undefined
      const answer = await system.app.inject({
        method,
        url: `/api/auth/${path}`,
        headers: bearer(bad),
        ...(payload && { payload }),
      })
      expectProblem(
        { status: answer.statusCode, type: String(answer.headers['content-type']), text: answer.body },
        401,
      )
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    }
    expect((await client.get('sessions', token)).statusCode).toBe(200)
  })
})
