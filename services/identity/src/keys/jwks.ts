import { importJWK, type CryptoKey, type JWK } from 'jose'
import { tokenFormat } from '../tokens/format.js'

/** Public keys by their id. */
export type KeysById = ReadonlyMap<string, CryptoKey>

/** An answer that is not a key set. */
export class MalformedKeySet extends Error {
  /** @param what - What is wrong with the answer. */
  constructor(what: string) {
    super(`The key set of the auth-service cannot be used: ${what}.`)
    this.name = 'MalformedKeySet'
  }
}

/**
 * Reads a JWK set. Keys of another kind than Ed25519 are passed over, as RFC 7517 section 5 asks, so that
 * the auth-service may one day publish others.
 *
 * @param body - The parsed JSON.
 * @throws MalformedKeySet when it is not a JWK set, or holds no Ed25519 key.
 */
export async function keysFrom(body: unknown): Promise<KeysById> {
  if (typeof body !== 'object' || body === null || !('keys' in body) || !Array.isArray(body.keys)) {
    throw new MalformedKeySet('it is not a JWK set')
  }
  const keys = new Map<string, CryptoKey>()
  for (const jwk of body.keys as JWK[]) {
    if (
      jwk.kty !== 'OKP' ||
      jwk.crv !== 'Ed25519' ||
      typeof jwk.kid !== 'string' ||
      typeof jwk.x !== 'string'
    )
      continue
    // Only the public half is taken, even if somebody published more.
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: jwk.x }, tokenFormat.algorithm)
    if (!(key instanceof Uint8Array)) keys.set(jwk.kid, key)
  }
  if (keys.size === 0) throw new MalformedKeySet('it holds no Ed25519 key')
  return keys
}
