import { randomBytes, randomUUID } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kyselyFor } from '@freehold/runtime/kysely'
import { refreshSession } from '../src/sessions/refresh.js'
import type { TokenPair } from '../src/sessions/token-pair.js'
import type { Tables } from '../src/tables.js'
import { accessTokens, type Subject } from '../src/tokens/access-tokens.js'
import { auditTrail } from './support/audit.js'
import { authSystem, type AuthSystem } from './support/auth-system.js'
import { bearer, clientOf, someone, type Client } from './support/client.js'

let system: AuthSystem
let client: Client

beforeAll(async () => {
  system = await authSystem()
  client = clientOf(system.app)
})

afterAll(() => system.close())

const day = 86_400_000
const refresh = (refreshToken: string) => client.post('refresh', { refreshToken })

async function login(): Promise<TokenPair & { userId: string }> {
  const email = someone()
  const userId = await client.registered(email)
  return { userId, ...(await client.loggedIn(email)) }
}

describe('refreshing', () => {
  test('gives new tokens for the same session, and again', async () => {
    const first = await login()
    const second = (await refresh(first.refreshToken)).json<TokenPair>()
    const third = (await refresh(second.refreshToken)).json<TokenPair>()
    expect(third).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 })
    const { items } = (await client.get('sessions', third.accessToken)).json<{
      items: { current: boolean }[]
    }>()
    expect(items).toEqual([expect.objectContaining({ current: true })])
  })

  test('an old token revokes the session, and is recorded', async () => {
    const first = await login()
    const second = (await refresh(first.refreshToken)).json<TokenPair>()
    expect((await refresh(first.refreshToken)).statusCode).toBe(401)
    expect((await refresh(second.refreshToken)).statusCode).toBe(401)
    expect((await client.get('sessions', second.accessToken)).statusCode).toBe(401)
    const trail = await auditTrail(system, { actor: first.userId })
    expect(trail.at(-1)).toMatchObject({
      action: 'session.reuse-detected',
      entity: 'sessions',
      version: 3,
      detail: { presented: 1 },
      origin: { ip: '127.0.0.1' },
    })
  })

  test('an old token many generations later is still recognised', async () => {
    const first = await login()
    let token = first.refreshToken
    for (let i = 0; i < 10; i += 1) token = (await refresh(token)).json<TokenPair>().refreshToken
    expect((await refresh(first.refreshToken)).statusCode).toBe(401)
    expect((await refresh(token)).statusCode).toBe(401)
  })

  test('of many at once with one token exactly one wins, and the session ends', async () => {
    const { refreshToken, userId } = await login()
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))
    const winners = answers.filter(({ statusCode }) => statusCode === 200)
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(9)
    expect((await refresh(winners[0]?.json<TokenPair>().refreshToken ?? '')).statusCode).toBe(401)
    const actions = (await auditTrail(system, { actor: userId })).map(({ action }) => action)
    expect(actions.filter((action) => action === 'session.refreshed')).toHaveLength(1)
    expect(actions.filter((action) => action === 'session.reuse-detected')).toHaveLength(1)
  })

  test('goes on when a migration moves the version of the session meanwhile', async () => {
    const { refreshToken, accessToken } = await login()
    const tokens = accessTokens(system.keys, 600, system.now)
    const parts = {
      database: system.database,
      kysely: kyselyFor<Tables>(system.database),
      sessionIdle: day,
      now: system.now,
      tokens: {
        ...tokens,
        issue: async (subject: Subject) => {
          if (moves > 0) await system.admin.query(moveVersion, [subject.sessionId])
          moves -= 1
          return tokens.issue(subject)
        },
      },
    }
    const moveVersion = 'update auth.sessions set version = version + 1 where id = $1'
    const origin = { requestId: 'r', causes: {}, ip: '192.0.2.1', at: new Date(), userAgent: null }
    let moves = 2
    const pair = await refreshSession(parts, refreshToken, origin)
    expect((await refresh(pair.refreshToken)).statusCode).toBe(200)
    expect((await client.get('sessions', accessToken)).statusCode).toBe(200)
  })

  test('a token that was made up for a session neither works nor ends it', async () => {
    const { refreshToken } = await login()
    const bytes = Buffer.from(refreshToken, 'base64url')
    randomBytes(64).copy(bytes, 20)
    expect((await refresh(bytes.toString('base64url'))).statusCode).toBe(401)
    expect((await refresh(refreshToken)).statusCode).toBe(200)
  })

  test('every kind of bad token gets the same answer', async () => {
    const [used, out] = [await login(), await login()]
    await refresh(used.refreshToken)
    await client.post('logout', { refreshToken: out.refreshToken })
    const unknown = randomBytes(84).toString('base64url')
    const answers = await Promise.all(
      [used.refreshToken, out.refreshToken, unknown, 'nonsense', used.accessToken].map((refreshToken) =>
        client.post('refresh', { refreshToken }, { 'x-request-id': 'the-same-request' }),
      ),
    )
    // An access token is longer than any refresh token may be.
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([
      401,
      401,
      401,
      401,
      expect.toBeOneOf([400, 401]),
    ])
    expect(new Set(answers.slice(0, 4).map(({ body }) => body)).size).toBe(1)
  })

  test('a session lasts 30 days beyond its last use', async () => {
    const { refreshToken } = await login()
    system.advance(29 * day)
    const next = (await refresh(refreshToken)).json<TokenPair>()
    system.advance(29 * day)
    const last = (await refresh(next.refreshToken)).json<TokenPair>()
    system.advance(30 * day + 1)
    expect((await refresh(last.refreshToken)).statusCode).toBe(401)
  })

  test('the database holds no refresh token', async () => {
    const { refreshToken } = await login()
    const { rows } = await system.admin.query<{ dump: string }>(
      'select string_agg(s::text, chr(10)) as dump from auth.sessions s',
    )
    const secret = Buffer.from(refreshToken, 'base64url')
    for (const part of [
      refreshToken,
      secret.toString('hex'),
      secret.subarray(20, 52).toString('hex'),
      secret.subarray(52).toString('hex'),
    ]) {
      expect(rows[0]?.dump).not.toContain(part)
    }
  })
})

describe('logging out', () => {
  test('with an access token ends its session', async () => {
    const { accessToken, refreshToken } = await login()
    expect((await client.post('logout', undefined, bearer(accessToken))).statusCode).toBe(204)
    expect((await refresh(refreshToken)).statusCode).toBe(401)
  })

  test('with a refresh token ends its session, also with an old one', async () => {
    const { refreshToken } = await login()
    const next = (await refresh(refreshToken)).json<TokenPair>()
    expect((await client.post('logout', { refreshToken })).statusCode).toBe(204)
    expect((await refresh(next.refreshToken)).statusCode).toBe(401)
  })

  test('twice is no error, and is recorded once', async () => {
    const { accessToken, userId } = await login()
    await client.post('logout', undefined, bearer(accessToken))
    expect((await client.post('logout', undefined, bearer(accessToken))).statusCode).toBe(204)
    const actions = (await auditTrail(system, { actor: userId })).map(({ action }) => action)
    expect(actions.filter((action) => action === 'session.logged-out')).toHaveLength(1)
  })

  test('with a refresh token that means nothing is no error, and with nothing at all is one', async () => {
    expect((await client.post('logout', { refreshToken: 'nonsense' })).statusCode).toBe(204)
    expect((await client.post('logout', {})).statusCode).toBe(401)
    expect((await client.post('logout')).statusCode).toBe(401)
  })
})

describe('the list of sessions', () => {
  test('shows where somebody is logged in, newest first, page by page', async () => {
    const email = someone()
    await client.registered(email)
    const pairs: TokenPair[] = []
    for (let i = 0; i < 5; i += 1) {
      pairs.push(
        await client.loggedIn(email, {
          'user-agent': `browser ${i}`,
          'x-forwarded-for': `1.1.1.1, 203.0.113.${i}`,
        }),
      )
    }
    const token = pairs[0]?.accessToken ?? ''
    const seen: { userAgent: string; ip: string; current: boolean }[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const answer: LightMyRequestResponse = await client.get(
        `sessions?limit=2${cursor && `&cursor=${cursor}`}`,
        token,
      )
      const page = answer.json<{ items: typeof seen; nextCursor: string | null }>()
      seen.push(...page.items)
      cursor = page.nextCursor
    }
    expect(seen.map(({ userAgent }) => userAgent)).toEqual([4, 3, 2, 1, 0].map((i) => `browser ${i}`))
    expect(seen.map(({ ip }) => ip)).toEqual([4, 3, 2, 1, 0].map((i) => `203.0.113.${i}`))
    expect(seen.map(({ current }) => current)).toEqual([false, false, false, false, true])
  })

  test('one can be ended from another, and is gone', async () => {
    const email = someone()
    await client.registered(email)
    const [here, there] = [await client.loggedIn(email), await client.loggedIn(email)]
    const { items } = (await client.get('sessions', here.accessToken)).json<{
      items: { id: string; current: boolean }[]
    }>()
    const other = items.find(({ current }) => !current)?.id ?? ''
    expect((await client.delete(`sessions/${other}`, here.accessToken)).statusCode).toBe(204)
    expect((await refresh(there.refreshToken)).statusCode).toBe(401)
    expect((await client.delete(`sessions/${other}`, here.accessToken)).statusCode).toBe(404)
  })

  test("somebody else's session, an unknown one and a malformed id are all not there", async () => {
    const [mine, theirs] = [await login(), await login()]
    const { items } = (await client.get('sessions', theirs.accessToken)).json<{ items: { id: string }[] }>()
    const ids = [
      items[0]?.id ?? '',
      randomUUID(),
      'nonsense',
      encodeURIComponent("'; drop table sessions; --"),
    ]
    for (const id of ids) {
      const answer = await client.delete(`sessions/${id}`, mine.accessToken)
      expect([id, answer.statusCode]).toEqual([id, 404])
    }
    expect((await refresh(theirs.refreshToken)).statusCode).toBe(200)
  })
})
