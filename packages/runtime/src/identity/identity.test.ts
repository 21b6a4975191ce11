import { createHmac, createPrivateKey, randomUUID, type KeyObject } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { identitiesFor, type TestIdentities } from 'freehold/testing'
import { databasePerService, defineService, defineSystem, mutable } from '@freehold/manifest'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { serviceIdentity, serviceVerifier, type ServiceVerifier } from './index.js'

const system = defineSystem({
  name: 'shop',
  strategy: databasePerService(),
  services: ['orders', 'billing', 'stock'].map((name) =>
    defineService({ name, database: `${name}_db`, owns: { [`${name}_items`]: mutable() } }),
  ),
})

let files: TestIdentities
let asked: ServiceVerifier
let clock: number
const now = (): number => clock

beforeEach(async () => {
  clock = Date.now()
  files = await identitiesFor(system)
  asked = verifierOf('orders')
})
afterEach(() => files.remove())

const verifierOf = (service: string) => serviceVerifier({ service, keysFile: files.keysFile, now })
const identityOf = (service: string) =>
  serviceIdentity({ service, identityFile: files.identityFile(service), now })
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const reasonOf = async (token: string): Promise<unknown> => {
  const error = await rejection(asked.verify(token))
  expect(error).toMatchObject({ code: 'FREEHOLD_SERVICE_TOKEN_INVALID' })
  return (error as { details?: { reason?: unknown } }).details?.reason
}

interface Jwk {
  readonly kid: string
  readonly d: string
  readonly x: string
}
const jwkOf = async (service: string): Promise<Jwk> =>
  JSON.parse(await readFile(files.identityFile(service), 'utf8')) as Jwk

/** A token as billing would sign one for orders, but for what is asked to be otherwise. */
async function forged(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  signer = 'billing',
): Promise<string> {
  const jwk = await jwkOf(signer)
  const key: KeyObject = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', ...jwk }, format: 'jwk' })
  const seconds = Math.floor(clock / 1000)
  const good = { iss: 'billing', aud: 'freehold:orders', iat: seconds, exp: seconds + 60, jti: randomUUID() }
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid, ...header })
    .sign(key)
}
const seconds = (offset: number): number => Math.floor(clock / 1000) + offset

describe('a token', () => {
  test('proves to the asked service who is asking, and to no other', async () => {
    const token = await identityOf('billing').tokenFor('orders')
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
    expect(await rejection(verifierOf('stock').verify(token))).toMatchObject({
      code: 'FREEHOLD_SERVICE_TOKEN_INVALID',
      details: { reason: 'audience' },
    })
  })

  test('is used again until 15 seconds before it ends, for each asked service its own', async () => {
    const billing = identityOf('billing')
    const first = await billing.tokenFor('orders')
    expect(await billing.tokenFor('stock')).not.toBe(first)
    clock += 44_000
    expect(await billing.tokenFor('orders')).toBe(first)
    clock += 2_000
    const second = await billing.tokenFor('orders')
    expect(second).not.toBe(first)
    for (const token of [first, second]) expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('that was verified is not accepted any more when it has ended', async () => {
    const token = await identityOf('billing').tokenFor('orders')
    await asked.verify(token)
    clock += 59_000
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
    clock += 7_000
    expect(await reasonOf(token)).toBe('expired')
  })

  test('is good for clocks that differ by five seconds', async () => {
    const billing = identityOf('billing')
    const token = await billing.tokenFor('orders')
    clock -= 4_000
    expect(await verifierOf('orders').verify(token)).toEqual({ service: 'billing' })
    clock += 68_000
    expect(await verifierOf('orders').verify(token)).toEqual({ service: 'billing' })
  })
})

describe('a token is refused', () => {
  const wrong: [string, string, () => Promise<string>][] = [
    ['is empty', 'malformed', async () => ''],
    ['is no JWT', 'malformed', async () => 'not a token'],
    [
      'has a header that is no JSON',
      'malformed',
      async () => `${Buffer.from('{').toString('base64url')}.e30.c2ln`,
    ],
    ['has a header that is a list', 'malformed', async () => `${part([])}.e30.c2ln`],
    ['asks for a critical extension', 'malformed', () => withHeader({ crit: ['moon'], moon: 'full' })],
    ['has a header only', 'malformed', async () => part({ alg: 'EdDSA', kid: (await jwkOf('billing')).kid })],
    ['has no id', 'malformed', () => forged({ jti: undefined })],
    ['does not say since when it is good', 'malformed', () => forged({ iat: undefined })],
    ['never ends', 'malformed', () => forged({ exp: undefined })],
    ['has an end that is no number', 'malformed', () => forged({ exp: '9999999999' })],
    ['is signed by nobody', 'algorithm', async () => (await forgedWithAlg('none')).unsigned],
    [
      'is signed with the public key as if it were a secret',
      'algorithm',
      async () => (await forgedWithAlg('HS256')).signed,
    ],
    ['has ended', 'expired', () => forged({ iat: seconds(-70), exp: seconds(-10) })],
    ['begins tomorrow', 'not-yet-valid', () => forged({ iat: seconds(86_400), exp: seconds(86_430) })],
    ['is not good before tomorrow', 'not-yet-valid', () => forged({ nbf: seconds(86_400) })],
    ['is good for 61 seconds', 'too-long-lived', () => forged({ exp: seconds(61) })],
    ['is good for years', 'too-long-lived', () => forged({ exp: seconds(1e9) })],
    ['is for another service', 'audience', () => forged({ aud: 'freehold:stock' })],
    ['is for people', 'audience', () => forged({ aud: 'notes-app' })],
    ['is for two services', 'audience', () => forged({ aud: ['freehold:orders', 'freehold:stock'] })],
    ['is for nobody', 'audience', () => forged({ aud: undefined })],
    ['names no key', 'unknown-key', () => forged({}, { kid: undefined })],
    ['names a key that nobody has', 'unknown-key', () => forged({}, { kid: '../../etc/passwd' })],
    ['names a part of every object as its key', 'unknown-key', () => forged({}, { kid: '__proto__' })],
    [
      'names another service’s key',
      'signature',
      async () => forged({ iss: 'stock' }, { kid: (await jwkOf('stock')).kid }),
    ],
    ['says that another service signed it', 'issuer', () => forged({ iss: 'stock' })],
    ['does not say who signed it', 'issuer', () => forged({ iss: undefined })],
    [
      'brings a key of its own',
      'unknown-key',
      () => forged({}, { kid: 'mine', jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }),
    ],
    [
      'is longer than 8 KB, though its signature is right',
      'malformed',
      () => forged({ more: 'x'.repeat(9_000) }),
    ],
  ]

  async function withHeader(header: object): Promise<string> {
    const [, claims, signature] = (await forged()).split('.')
    const { kid } = await jwkOf('billing')
    return `${part({ alg: 'EdDSA', kid, ...header })}.${claims}.${signature}`
  }

  async function forgedWithAlg(alg: string): Promise<{ signed: string; unsigned: string }> {
    const [, claims] = (await forged()).split('.')
    const { kid, x } = await jwkOf('billing')
    const body = `${part({ alg, kid })}.${claims}`
    const mac = createHmac('sha256', Buffer.from(x, 'base64url')).update(body).digest('base64url')
    return { signed: `${body}.${mac}`, unsigned: `${body}.` }
  }

  test.each(wrong)('that %s: %s', async (_what, reason, token) => {
    expect(await reasonOf(await token())).toBe(reason)
  })

  test('but not without one of these reasons', async () => {
    expect(await asked.verify(await forged())).toEqual({ service: 'billing' })
  })

  test('when it differs from a good one in any one character', async () => {
    const good = await identityOf('billing').tokenFor('orders')
    await asked.verify(good)
    // The last character carries bits that base64url leaves unused, so it is left alone.
    const letters = fc.constantFrom('A', 'b', '7', '_', '.', '\u0000')
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 2), letters, async (at, letter) => {
        fc.pre(good[at] !== letter)
        await reasonOf(good.slice(0, at) + letter + good.slice(at + 1))
      }),
      { numRuns: 60 },
    )
  })

  test('without a word of it in the answer', async () => {
    const token = await forged({ aud: 'freehold:stock', note: 'confidential' })
    const error = await rejection(asked.verify(token))
    expect(String(error)).not.toMatch(/confidential|stock|billing|eyJ/)
  })
})

describe('rotation', () => {
  test('is taken up by both sides at once, and the key before is good for what is under way', async () => {
    const billing = identityOf('billing')
    const before = await billing.tokenFor('orders')
    await files.rotate('billing')
    const after = await billing.tokenFor('orders')
    expect(after).not.toBe(before)
    for (const token of [after, before]) expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('twice withdraws the first key, with the tokens that were verified before', async () => {
    const first = await identityOf('billing').tokenFor('orders')
    expect(await asked.verify(first)).toEqual({ service: 'billing' })
    await files.rotate('billing')
    await files.rotate('billing')
    expect(await reasonOf(first)).toBe('unknown-key')
  })

  test('under use refuses nobody', async () => {
    const billing = identityOf('billing')
    const orders = serviceVerifier({ service: 'orders', keysFile: files.keysFile })
    let going = true
    const asking = async (): Promise<number> => {
      let count = 0
      for (; going; count += 1) {
        expect(await orders.verify(await billing.tokenFor('orders'))).toEqual({ service: 'billing' })
        await new Promise(setImmediate)
      }
      return count
    }
    const askers = [asking(), asking()]
    for (let turn = 0; turn < 20; turn += 1) await files.rotate('billing')
    going = false
    expect(Math.min(...(await Promise.all(askers)))).toBeGreaterThan(20)
  })
})

describe('files that cannot be used', () => {
  const spoilt: [string, (text: string) => string][] = [
    ['is cut off', (text) => text.slice(0, 90)],
    ['is empty', () => ''],
    ['holds null', () => 'null'],
    ['has no private half', (text) => text.replace('"d"', '"e"')],
    ['has a private half of another length', (text) => text.replace(/"d": ".{9}/, '"d": "')],
    ['has the public half of another key', (text) => text.replace(/"x": "..../, '"x": "AAAA')],
  ]
  test.each(spoilt)('are named when an identity %s, and its key is not repeated', async (_what, spoil) => {
    const path = files.identityFile('billing')
    const text = await readFile(path, 'utf8')
    const billing = identityOf('billing')
    await writeFile(path, spoil(text))
    const error = await rejection(billing.tokenFor('orders'))
    expect(error).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
      message: expect.stringContaining(path) as string,
    })
    expect(() => identityOf('billing')).toThrow(path)
    const { cause, ...own } = error as Error
    const told = [String(error), JSON.stringify(own), String(cause)].join()
    expect(told).not.toContain((JSON.parse(text) as Jwk).d.slice(10, 20))
    await writeFile(path, text)
    expect(await asked.verify(await billing.tokenFor('orders'))).toEqual({ service: 'billing' })
  })

  test('are refused at the start when they are missing, or another service’s', async () => {
    const of = (service: string, identityFile: string) => () => serviceIdentity({ service, identityFile })
    expect(of('orders', files.identityFile('billing'))).toThrow(
      'is the identity of "billing", not of "orders"',
    )
    expect(of('orders', '/nowhere/orders.identity.json')).toThrow(
      '/nowhere/orders.identity.json cannot be read',
    )
    expect(() => serviceVerifier({ service: 'orders', keysFile: '/nowhere' })).toThrow(
      '/nowhere cannot be read',
    )
  })

  test.each([
    ['{}', 'is not a JWK set'],
    ['{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"}]}', 'holds a key without kid, service or x'],
    ['{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"a","service":"b"}]}', 'holds a key that is none'],
    [
      '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","d":"SECRET","kid":"a","service":"b"}]}',
      'holds the private key of "b"',
    ],
  ])('trust nobody while the set is %s', async (content, what) => {
    const token = await identityOf('billing').tokenFor('orders')
    await asked.verify(token)
    const text = await readFile(files.keysFile, 'utf8')
    await writeFile(files.keysFile, content)
    const error = await rejection(asked.verify(token))
    expect(error).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
      message: expect.stringContaining(`${files.keysFile} ${what}`) as string,
    })
    expect(String(error)).not.toContain('SECRET')
    await writeFile(files.keysFile, text)
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('are missed when they vanish, and used when they are back', async () => {
    const text = await readFile(files.keysFile, 'utf8')
    const token = await identityOf('billing').tokenFor('orders')
    await rm(files.keysFile)
    expect(await rejection(asked.verify(token))).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
    })
    await writeFile(files.keysFile, text)
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('may hold keys of another kind beside ours', async () => {
    const set = JSON.parse(await readFile(files.keysFile, 'utf8')) as { keys: unknown[] }
    set.keys.unshift({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })
    await writeFile(files.keysFile, JSON.stringify(set))
    expect(await asked.verify(await forged())).toEqual({ service: 'billing' })
  })
})
