import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import {
  refusalOf,
  shopIdentities,
  tokenPart,
  type ShopIdentities,
} from '../../test/fixtures/shop-identities.js'
import type { ServiceVerifier } from './index.js'

let shop: ShopIdentities
let asked: ServiceVerifier
beforeEach(async () => {
  shop = await shopIdentities()
  asked = shop.verifierOf('orders')
})
afterEach(() => shop.remove())

describe('a token is refused', () => {
  const wrong: [string, string, () => Promise<string>][] = [
    ['is empty', 'malformed', async () => ''],
    ['is no JWT', 'malformed', async () => 'not a token'],
    [
      'has a header that is no JSON',
      'malformed',
      async () => `${Buffer.from('{').toString('base64url')}.e30.c2ln`,
    ],
    ['has a header that is a list', 'malformed', async () => `${tokenPart([])}.e30.c2ln`],
    ['asks for a critical extension', 'malformed', () => withHeader({ crit: ['moon'], moon: 'full' })],
    [
      'has a header only',
      'malformed',
      async () => tokenPart({ alg: 'EdDSA', kid: (await shop.jwkOf('billing')).kid }),
    ],
    ['has no id', 'malformed', () => shop.forged({ jti: undefined })],
    ['does not say since when it is good', 'malformed', () => shop.forged({ iat: undefined })],
    ['never ends', 'malformed', () => shop.forged({ exp: undefined })],
    ['has an end that is no number', 'malformed', () => shop.forged({ exp: '9999999999' })],
    ['is signed by nobody', 'algorithm', async () => (await forgedWithAlg('none')).unsigned],
    [
      'is signed with the public key as if it were a secret',
      'algorithm',
      async () => (await forgedWithAlg('HS256')).signed,
    ],
    ['has ended', 'expired', () => shop.forged({ iat: shop.seconds(-70), exp: shop.seconds(-10) })],
    [
      'begins tomorrow',
      'not-yet-valid',
      () => shop.forged({ iat: shop.seconds(86_400), exp: shop.seconds(86_430) }),
    ],
    ['is not good before tomorrow', 'not-yet-valid', () => shop.forged({ nbf: shop.seconds(86_400) })],
    ['is good for 61 seconds', 'too-long-lived', () => shop.forged({ exp: shop.seconds(61) })],
    ['is good for years', 'too-long-lived', () => shop.forged({ exp: shop.seconds(1e9) })],
    ['is for another service', 'audience', () => shop.forged({ aud: 'freehold:stock' })],
    ['is for people', 'audience', () => shop.forged({ aud: 'notes-app' })],
    ['is for two services', 'audience', () => shop.forged({ aud: ['freehold:orders', 'freehold:stock'] })],
    ['is for nobody', 'audience', () => shop.forged({ aud: undefined })],
    ['names no key', 'unknown-key', () => shop.forged({}, { kid: undefined })],
    ['names a key that nobody has', 'unknown-key', () => shop.forged({}, { kid: '../../etc/passwd' })],
    ['names a part of every object as its key', 'unknown-key', () => shop.forged({}, { kid: '__proto__' })],
    [
      'names another service’s key',
      'signature',
      async () => shop.forged({ iss: 'stock' }, { kid: (await shop.jwkOf('stock')).kid }),
    ],
    ['says that another service signed it', 'issuer', () => shop.forged({ iss: 'stock' })],
    ['does not say who signed it', 'issuer', () => shop.forged({ iss: undefined })],
    [
      'brings a key of its own',
      'unknown-key',
      () => shop.forged({}, { kid: 'mine', jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }),
    ],
    [
      'is longer than 8 KB, though its signature is right',
      'malformed',
      () => shop.forged({ more: 'x'.repeat(9_000) }),
    ],
  ]

  async function withHeader(header: object): Promise<string> {
    const [, claims, signature] = (await shop.forged()).split('.')
    const { kid } = await shop.jwkOf('billing')
    return `${tokenPart({ alg: 'EdDSA', kid, ...header })}.${claims}.${signature}`
  }

  async function forgedWithAlg(alg: string): Promise<{ signed: string; unsigned: string }> {
    const [, claims] = (await shop.forged()).split('.')
    const { kid, x } = await shop.jwkOf('billing')
    const body = `${tokenPart({ alg, kid })}.${claims}`
    const mac = createHmac('sha256', Buffer.from(x, 'base64url')).update(body).digest('base64url')
    return { signed: `${body}.${mac}`, unsigned: `${body}.` }
  }

  test.each(wrong)('that %s: %s', async (_what, reason, token) => {
    expect(await refusalOf(asked, await token())).toBe(reason)
  })

  test('but not without one of these reasons', async () => {
    expect(await asked.verify(await shop.forged())).toEqual({ service: 'billing' })
  })

  test('when it differs from a good one in any one character', async () => {
    const good = await shop.identityOf('billing').tokenFor('orders')
    await asked.verify(good)
    // The last character carries bits that base64url leaves unused, so it is left alone.
    const letters = fc.constantFrom('A', 'b', '7', '_', '.', '\u0000')
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 2), letters, async (at, letter) => {
        fc.pre(good[at] !== letter)
        await refusalOf(asked, good.slice(0, at) + letter + good.slice(at + 1))
      }),
      { numRuns: 60 },
    )
  })

  test('without a word of it in the answer', async () => {
    const token = await shop.forged({ aud: 'freehold:stock', note: 'confidential' })
    const error = await rejection(asked.verify(token))
    expect(String(error)).not.toMatch(/confidential|stock|billing|eyJ/)
  })
})
