import { readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { shopIdentities, type Jwk, type ShopIdentities } from '../../test/fixtures/shop-identities.js'
import { serviceIdentity, serviceVerifier, type ServiceVerifier } from './index.js'

let shop: ShopIdentities
let asked: ServiceVerifier
beforeEach(async () => {
  shop = await shopIdentities()
  asked = shop.verifierOf('orders')
})
afterEach(() => shop.remove())

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
    const path = shop.identityFile('billing')
    const text = await readFile(path, 'utf8')
    const billing = shop.identityOf('billing')
    await writeFile(path, spoil(text))
    const error = await rejection(billing.tokenFor('orders'))
    expect(error).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
      message: expect.stringContaining(path) as string,
    })
    expect(() => shop.identityOf('billing')).toThrow(path)
    const { cause, ...own } = error as Error
    const told = [String(error), JSON.stringify(own), String(cause)].join()
    expect(told).not.toContain((JSON.parse(text) as Jwk).d.slice(10, 20))
    await writeFile(path, text)
    expect(await asked.verify(await billing.tokenFor('orders'))).toEqual({ service: 'billing' })
  })

  test('are refused at the start when they are missing, or another service’s', async () => {
    const of = (service: string, identityFile: string) => () => serviceIdentity({ service, identityFile })
    expect(of('orders', shop.identityFile('billing'))).toThrow(
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
    const token = await shop.identityOf('billing').tokenFor('orders')
    await asked.verify(token)
    const text = await readFile(shop.keysFile, 'utf8')
    await writeFile(shop.keysFile, content)
    const error = await rejection(asked.verify(token))
    expect(error).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
      message: expect.stringContaining(`${shop.keysFile} ${what}`) as string,
    })
    expect(String(error)).not.toContain('SECRET')
    await writeFile(shop.keysFile, text)
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test('are missed when they vanish, and used when they are back', async () => {
    const text = await readFile(shop.keysFile, 'utf8')
    const token = await shop.identityOf('billing').tokenFor('orders')
    await rm(shop.keysFile)
    expect(await rejection(asked.verify(token))).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
    })
    await writeFile(shop.keysFile, text)
    expect(await asked.verify(token)).toEqual({ service: 'billing' })
  })

  test.each(['service', 'x'] as const)(
    'withdraw what was verified when %s of a key changes',
    async (member) => {
      const token = await shop.identityOf('billing').tokenFor('orders')
      expect(await asked.verify(token)).toEqual({ service: 'billing' })
      const set = JSON.parse(await readFile(shop.keysFile, 'utf8')) as { keys: (Jwk & { service: string })[] }
      const { x } = await shop.jwkOf('stock')
      const changed = { service: 'accounting', x }[member]
      const keys = set.keys.map((key) => (key.service === 'billing' ? { ...key, [member]: changed } : key))
      await writeFile(shop.keysFile, JSON.stringify({ keys }))
      const reason = { service: 'issuer', x: 'signature' }[member]
      expect(await rejection(asked.verify(token))).toMatchObject({ details: { reason } })
    },
  )

  test('may hold keys of another kind beside ours', async () => {
    const set = JSON.parse(await readFile(shop.keysFile, 'utf8')) as { keys: unknown[] }
    set.keys.unshift({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })
    await writeFile(shop.keysFile, JSON.stringify(set))
    expect(await asked.verify(await shop.forged())).toEqual({ service: 'billing' })
  })

  test('are read anew for a key that is not known, though they look unchanged, at most once a second', async () => {
    const whole = new Date(Math.floor(shop.clock / 1000) * 1000)
    const text = await readFile(shop.keysFile, 'utf8')
    const { kid } = await shop.jwkOf('billing')
    const writeUnnoticed = async (content: string): Promise<void> => {
      await writeFile(shop.keysFile, content)
      await utimes(shop.keysFile, whole, whole)
    }
    await writeUnnoticed(text.replace(kid, kid.replaceAll(/./g, 'x')))
    const orders = shop.verifierOf('orders')
    const token = await shop.identityOf('billing').tokenFor('orders')
    await rejection(orders.verify(token))
    await writeUnnoticed(text)
    shop.clock += 900
    expect(await rejection(orders.verify(token))).toMatchObject({ details: { reason: 'unknown-key' } })
    shop.clock += 200
    expect(await orders.verify(token)).toEqual({ service: 'billing' })
  })
})
