import { createHmac, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { identity, identityFrom } from './identity.js'
import { KeysUnavailable } from './keys/key-source.js'
import { remoteKeys } from './keys/remote-keys.js'
import { authServer, type AuthServer } from '../test/auth-server.js'
import { TokenRejected } from './tokens/rejection.js'

let auth: AuthServer

beforeEach(async () => {
  auth = await authServer()
})

afterEach(() => auth.close())

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const now = () => Math.floor(Date.now() / 1000)

describe('a good token', () => {
  test('names its caller', async () => {
    const [sub, sid, exp] = [randomUUID(), randomUUID(), now() + 60]
    const caller = await identity({ authUrl: auth.url }).verify(
      await auth.token({ sub, sid, exp, name: 'Grace' }),
    )
    expect(caller).toEqual({ userId: sub, sessionId: sid, name: 'Grace', expiresAt: new Date(exp * 1000) })
  })

  test('is verified with one fetch of the keys, however many tokens come at once', async () => {
    const me = identity({ authUrl: auth.url })
    const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.token()))
    await Promise.all(tokens.map((token) => me.verify(token)))
    expect(auth.requests()).toBe(1)
  })

  test('is remembered until it expires, and not a moment longer', async () => {
    let clock = Date.now()
    const me = identity({ authUrl: auth.url, now: () => clock })
    const token = await auth.token({ exp: now() + 30 })
    expect(await me.verify(token)).toBe(await me.verify(token))
    clock += 40_000
    await expect(me.verify(token)).rejects.toThrow('The access token has expired.')
  })
})

describe('a token is rejected that', () => {
  const wrong: [string, () => Promise<string>][] = [
    ['is empty', async () => ''],
    ['is no JWT', async () => 'not a token'],
    ['has a header that is no JSON', async () => `${Buffer.from('{').toString('base64url')}.e30.c2ln`],
    ['is longer than any of ours', async () => 'a'.repeat(5000)],
    [
      'asks for alg none',
      async () => `${part({ alg: 'none', typ: 'at+jwt', kid: 'x' })}.${part({ sub: randomUUID() })}.`,
    ],
    ['has expired', () => auth.token({ exp: now() - 60 })],
    ['never expires', () => auth.token({ exp: undefined })],
    ['is not good yet', () => auth.token({ nbf: now() + 60 })],
    ['comes from somebody else', () => auth.token({ iss: 'notes-auth.example' })],
    ['is meant for somebody else', () => auth.token({ aud: 'billing' })],
    ['is no access token', () => auth.token({}, { typ: 'JWT' })],
    ['has no type', () => auth.token({}, { typ: undefined })],
    ['names no key', () => auth.token({}, { kid: undefined })],
    ['names a key that is not published', () => auth.token({}, { kid: 'unknown' })],
    ['names no user', () => auth.token({ sub: undefined })],
    ['names a user that is no id', () => auth.token({ sub: "' or true --" })],
    ['names no session', () => auth.token({ sid: undefined })],
    ['has a name that is no text', () => auth.token({ name: 7 })],
    ['has no id', () => auth.token({ jti: undefined })],
  ]
  test.each(wrong)('%s', async (_what, token) => {
    await expect(identity({ authUrl: auth.url }).verify(await token())).rejects.toBeInstanceOf(TokenRejected)
  })

  test('is signed with the public key as if it were a shared secret', async () => {
    const good = await auth.token()
    const { kid } = JSON.parse(Buffer.from(good.split('.')[0] ?? '', 'base64url').toString()) as {
      kid: string
    }
    const set = (await (await fetch(auth.url)).json()) as { keys: { x: string }[] }
    const body = `${part({ alg: 'HS256', typ: 'at+jwt', kid })}.${good.split('.')[1]}`
    const signature = createHmac('sha256', Buffer.from(set.keys[0]?.x ?? '', 'base64url'))
      .update(body)
      .digest('base64url')
    await expect(identity({ authUrl: auth.url }).verify(`${body}.${signature}`)).rejects.toBeInstanceOf(
      TokenRejected,
    )
  })

  test('differs from a good one in any one character', async () => {
    const me = identity({ authUrl: auth.url })
    const good = await auth.token()
    // The last character carries bits that base64url leaves unused, so it is left alone.
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 2),
        fc.constantFrom('A', 'b', '7', '_', '.'),
        async (at, letter) => {
          fc.pre(good[at] !== letter)
          await expect(me.verify(good.slice(0, at) + letter + good.slice(at + 1))).rejects.toBeInstanceOf(
            TokenRejected,
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the keys', () => {
  test('serve on while the auth-service is down, also after their best age', async () => {
    let clock = 0
    const me = identityFrom(remoteKeys({ url: new URL(auth.url), maxAge: 10, now: () => clock }))
    const [first, second] = [await auth.token(), await auth.token()]
    await me.verify(first)
    await auth.close()
    clock += 1_000_000
    expect((await me.verify(second)).name).toBe('Ada')
  })

  test('are read again for a key that is new', async () => {
    let clock = 0
    const me = identityFrom(remoteKeys({ url: new URL(auth.url), coolDown: 3_000, now: () => clock }))
    await me.verify(await auth.token())
    await auth.rotate()
    const token = await auth.token()
    await expect(me.verify(token)).rejects.toBeInstanceOf(TokenRejected)
    clock += 3_001
    expect((await me.verify(token)).name).toBe('Ada')
    expect(auth.requests()).toBe(2)
  })

  test('are not read again and again for keys that somebody made up', async () => {
    const me = identity({ authUrl: auth.url })
    await me.verify(await auth.token())
    for (let i = 0; i < 20; i += 1) {
      const made = await auth.token({}, { kid: `made-up-${i}` })
      await expect(me.verify(made)).rejects.toBeInstanceOf(TokenRejected)
    }
    expect(auth.requests()).toBe(1)
  })

  test.each([
    [500, '{}'],
    [200, 'no JSON'],
    [200, '{"keys":[]}'],
    [200, '{"keys":"none"}'],
  ])('are unavailable, not wrong, as long as none was read (%i %s)', async (status, body) => {
    auth.breakWith(status, body)
    const failures: unknown[] = []
    const me = identity({ authUrl: auth.url, onFetchError: (error) => failures.push(error) })
    await expect(me.verify(await auth.token())).rejects.toBeInstanceOf(KeysUnavailable)
    expect(failures).toHaveLength(1)
  })

  test('stay as they are when the auth-service answers nonsense', async () => {
    let clock = 0
    const me = identityFrom(remoteKeys({ url: new URL(auth.url), maxAge: 10, coolDown: 0, now: () => clock }))
    const [first, second] = [await auth.token(), await auth.token()]
    await me.verify(first)
    auth.breakWith(200, '{"keys":[]}')
    clock += 1_000
    expect((await me.verify(second)).name).toBe('Ada')
  })

  test('that are withdrawn take the tokens they signed with them', async () => {
    let trusted = true
    const source = remoteKeys({ url: new URL(auth.url) })
    const me = identityFrom({
      find: async (kid) => (trusted ? source.find(kid) : undefined),
      trusts: () => trusted,
    })
    const token = await auth.token()
    await me.verify(token)
    trusted = false
    await expect(me.verify(token)).rejects.toThrow('unknown key')
  })
})
