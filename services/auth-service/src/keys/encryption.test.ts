import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { decryptJwk, encryptJwk, UnreadableKey } from './encryption.js'

const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'secret' }

test('a private key comes back as it was', () => {
  const key = randomBytes(32)
  expect(decryptJwk(encryptJwk(jwk, 'kid', key), 'kid', key)).toEqual(jwk)
})

test('a private key is nowhere to be read, and never encrypted the same way twice', () => {
  const key = randomBytes(32)
  const sealed = encryptJwk(jwk, 'kid', key)
  expect(sealed.toString('latin1')).not.toContain('secret')
  expect(sealed.equals(encryptJwk(jwk, 'kid', key))).toBe(false)
})

test('another encryption key, another kid, or a changed byte is named', () => {
  const key = randomBytes(32)
  const sealed = encryptJwk(jwk, 'kid', key)
  expect(() => decryptJwk(sealed, 'kid', randomBytes(32))).toThrow(UnreadableKey)
  expect(() => decryptJwk(sealed, 'other', key)).toThrow(UnreadableKey)
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => decryptJwk(changed, 'kid', key)).toThrow(UnreadableKey)
  }
  expect(() => decryptJwk(Buffer.alloc(3), 'kid', key)).toThrow(UnreadableKey)
})
