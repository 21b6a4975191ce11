import { openValues } from '@freehold/runtime/personal'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditTrail } from './support/audit.js'
import { authSystem, type AuthSystem } from './support/auth-system.js'
import { bearer, clientOf, password, someone, type Client } from './support/client.js'

let system: AuthSystem
let client: Client
/** What happens between the check of a password and what is done upon it. */
let afterCheck: (() => Promise<void>) | undefined

beforeAll(async () => {
  system = await authSystem({ afterCheck: async () => afterCheck?.() })
  client = clientOf(system.app)
})

afterAll(() => system.close())

describe('registering', () => {
  test('makes an account, and shows it without its password', async () => {
    const response = await client.post('register', {
      email: '  Ada@Example.org ',
      password,
      displayName: 'Ada',
    })
    expect(response.statusCode).toBe(201)
    expect(response.headers['etag']).toBe('"1"')
    const account = response.json<Record<string, string>>()
    expect(Object.keys(account)).toEqual(['id', 'email', 'version', 'createdAt', 'updatedAt'])
    expect(account).toMatchObject({ email: 'Ada@Example.org', version: 1 })
    expect(new Date(account['createdAt'] ?? '').toISOString()).toBe(account['createdAt'])
  })

  test('tells the others who it is and how they are called, but not the address', async () => {
    const from = { 'x-request-id': 'request-of-grace' }
    const body = { email: 'told@example.org', password, displayName: 'Grace' }
    const { id } = (await client.post('register', body, from)).json<{ id: string }>()
    await client.post('register', body)
    const { rows } = await system.admin.query<{ data: { displayName: string } }>(
      'select key, type, data, correlation_id from auth.events where key = $1',
      [id],
    )
    expect(rows).toEqual([
      {
        key: id,
        type: 'auth.account-registered.v1',
        data: {
          accountId: id,
          displayName: expect.stringMatching(/^personal\.v1:auth_events:/),
          registeredAt: expect.any(String),
        },
        correlation_id: 'request-of-grace',
      },
    ])
    const at = { service: 'auth', name: 'auth.account-registered.v1', field: 'displayName', subject: id }
    const envelope = rows[0]?.data.displayName ?? ''
    expect(await openValues(system.personalKeys, [{ ...at, envelope }])).toEqual(['Grace'])
  })

  test.each(['ADA.TWO@example.org', ' ada.two@example.org', 'ada.two@EXAMPLE.ORG', 'ａda.two@example.org'])(
    'an address again is refused, as %s too',
    async (again) => {
      await client.post('register', { email: 'ada.two@example.org', password })
      const response = await client.post('register', { email: again, password })
      expect(response.statusCode).toBe(409)
      expect(response.json()).toMatchObject({ type: 'urn:problem-type:email-taken', status: 409 })
    },
  )

  test('an address of another script is the same in any letter case, whatever the collation of the database', async () => {
    expect((await client.post('register', { email: 'ärger@exämple.org', password })).statusCode).toBe(201)
    expect((await client.post('register', { email: 'ÄRGER@EXÄMPLE.org', password })).statusCode).toBe(409)
  })

  test('one address many times at once makes one account', async () => {
    const spellings = Array.from({ length: 12 }, (_, i) =>
      i % 2 === 0 ? 'race@example.org' : 'RACE@example.org',
    )
    const answers = await Promise.all(spellings.map((email) => client.post('register', { email, password })))
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([
      201,
      ...Array<number>(11).fill(409),
    ])
    const { rows } = await system.admin.query<{ n: number }>(
      `select count(*)::int as n from auth.credentials where email_key = 'race@example.org'`,
    )
    expect(rows[0]?.n).toBe(1)
  })

  test('the password is kept as an Argon2id hash', async () => {
    const id = await client.registered(someone())
    const { rows } = await system.admin.query<{ password_hash: string }>(
      'select password_hash from auth.credentials where id = $1',
      [id],
    )
    expect(rows[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test.each([
    ['an address that is none', { email: 'ada', password }, '#/email'],
    [
      'a password that melts below the minimum',
      { email: 'short@example.org', password: 'e\u0301'.repeat(5) },
      '#/password',
    ],
    [
      'a name that nobody can see',
      { email: 'name@example.org', password, displayName: ' \u200e ' },
      '#/displayName',
    ],
    [
      'a name that turns the text around it',
      { email: 'turn@example.org', password, displayName: 'Ada\u202egnp' },
      '#/displayName',
    ],
    [
      'a name of nothing but what is never drawn',
      { email: 'blank@example.org', password, displayName: '\u200b\u3164' },
      '#/displayName',
    ],
  ])('%s is refused by name', async (_what, body, pointer) => {
    const response = await client.post('register', body)
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ errors: [{ pointer }] })
  })
})

describe('logging in', () => {
  test('gives tokens that say who it is', async () => {
    const id = await client.registered('grace@example.org')
    const response = await client.post('login', { email: ' GRACE@example.org', password })
    expect(response.statusCode).toBe(200)
    expect(response.headers['cache-control']).toBe('no-store')
    const tokens = response.json<{ accessToken: string }>()
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 })
    const [header, claims] = tokens.accessToken
      .split('.', 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object)
    expect(header).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' })
    expect(claims).toMatchObject({ iss: 'notes-auth', aud: 'notes-app', sub: id, name: 'grace' })
  })

  test('a password typed with other code points is the same', async () => {
    await client.post('register', { email: 'cafe@example.org', password: 'café au lait' })
    expect(
      (await client.post('login', { email: 'cafe@example.org', password: 'cafe\u0301 au lait' })).statusCode,
    ).toBe(200)
  })

  test('a wrong password and an unknown address get the same answer to the letter', async () => {
    const email = someone()
    await client.registered(email)
    const headers = { 'x-request-id': 'the-same-request' }
    const wrong = await client.post('login', { email, password: 'wrong horse battery' }, headers)
    const unknown = await client.post('login', { email: 'nobody@example.org', password }, headers)
    expect(wrong.statusCode).toBe(401)
    expect(unknown.body).toBe(wrong.body)
    const { date: _date, ...rest } = wrong.headers
    expect(unknown.headers).toMatchObject(rest)
  })

  test('an address that is none is an unknown one', async () => {
    expect((await client.post('login', { email: "' or 1=1 --", password })).statusCode).toBe(401)
  })
})

describe('changing the password', () => {
  test('ends the other sessions, keeps this one, and lets only the new password in', async () => {
    const email = someone()
    await client.registered(email)
    const [here, there] = [await client.loggedIn(email), await client.loggedIn(email)]
    const change = { currentPassword: password, newPassword: 'another horse battery' }
    expect((await client.post('password', change, bearer(here.accessToken))).statusCode).toBe(204)
    expect((await client.post('refresh', { refreshToken: there.refreshToken })).statusCode).toBe(401)
    expect((await client.get('sessions', there.accessToken)).statusCode).toBe(401)
    expect((await client.post('refresh', { refreshToken: here.refreshToken })).statusCode).toBe(200)
    expect((await client.post('login', { email, password })).statusCode).toBe(401)
    expect((await client.post('login', { email, password: change.newPassword })).statusCode).toBe(200)
  })

  test('needs the current one', async () => {
    const email = someone()
    const id = await client.registered(email)
    const { accessToken } = await client.loggedIn(email)
    const change = { currentPassword: 'wrong horse battery', newPassword: 'another horse battery' }
    expect((await client.post('password', change, bearer(accessToken))).statusCode).toBe(403)
    expect((await client.post('login', { email, password })).statusCode).toBe(200)
    expect((await auditTrail(system, { entityId: id })).map(({ action }) => action)).toContain(
      'password.change-refused',
    )
  })

  test('twice at once happens once', async () => {
    const email = someone()
    await client.registered(email)
    const { accessToken } = await client.loggedIn(email)
    const answers = await Promise.all(
      ['first horse battery', 'second horse battery'].map((newPassword) =>
        client.post('password', { currentPassword: password, newPassword }, bearer(accessToken)),
      ),
    )
    const codes = answers.map(({ statusCode }) => statusCode).toSorted()
    // Which of the two refusals it is depends on whether the second read before the first wrote.
    expect([
      [204, 403],
      [204, 409],
    ]).toContainEqual(codes)
  })

  test('lets no session in that was begun with the old one meanwhile', async () => {
    const email = someone()
    await client.registered(email)
    const { accessToken } = await client.loggedIn(email)
    const change = { currentPassword: password, newPassword: 'another horse battery' }
    let changed: number | undefined
    afterCheck = async () => {
      afterCheck = undefined
      changed = (await client.post('password', change, bearer(accessToken))).statusCode
    }
    const login = await client.post('login', { email, password })
    expect([changed, login.statusCode]).toEqual([204, 401])
  })

  test('twice meanwhile is a conflict', async () => {
    const email = someone()
    await client.registered(email)
    const { accessToken } = await client.loggedIn(email)
    const changeTo = (newPassword: string) =>
      client.post('password', { currentPassword: password, newPassword }, bearer(accessToken))
    let first: number | undefined
    afterCheck = async () => {
      afterCheck = undefined
      first = (await changeTo('first horse battery')).statusCode
    }
    const second = await changeTo('second horse battery')
    expect([first, second.statusCode]).toEqual([204, 409])
    expect((await client.post('login', { email, password: 'first horse battery' })).statusCode).toBe(200)
  })
})

test('too many passwords at once are refused with a time to come back, and the rest are served', async () => {
  const small = await authSystem({ passwords: { concurrency: 1, waiting: 2 } })
  try {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        clientOf(small.app).post('login', { email: 'nobody@example.org', password }),
      ),
    )
    const codes = answers.map(({ statusCode }) => statusCode)
    expect(new Set(codes)).toEqual(new Set([401, 503]))
    expect(answers.find(({ statusCode }) => statusCode === 503)?.headers['retry-after']).toBe('2')
  } finally {
    await small.close()
  }
})
