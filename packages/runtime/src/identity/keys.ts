import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { unreadable } from './unreadable.js'

/** The key with which a service signs. */
export interface OwnKey {
  readonly kid: string
  readonly key: KeyObject
}

/** A key that somebody's signature can be checked with. */
export interface KnownKey {
  /** The service that it belongs to. */
  readonly service: string
  readonly key: KeyObject
}

/**
 * The private key of a service, from its JWK.
 *
 * @param file - Where it was read, for the error.
 * @param service - Whose it must be.
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE`.
 */
export function ownKey(json: unknown, file: string, service: string): OwnKey {
  const jwk = ed25519(json)
  if (jwk === undefined || jwk.d === undefined) throw unreadable(file, 'holds no Ed25519 private key')
  if (jwk.service !== service)
    throw unreadable(file, `is the identity of "${jwk.service}", not of "${service}"`)
  const { kty, crv, x, d } = jwk
  const key = imported(file, () => createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' }))
  // OpenSSL takes the private half alone; with another public half beside it nobody would accept what is signed.
  if (createPublicKey(key).export({ format: 'jwk' }).x !== x)
    throw unreadable(file, 'holds two halves that are not of one key')
  return { kid: jwk.kid, key }
}

/**
 * The public keys of all services by their id, from a JWK set. Keys of another kind are passed over (RFC 7517,
 * section 5).
 *
 * @param file - Where it was read, for the error.
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE`.
 */
export function knownKeys(json: unknown, file: string): ReadonlyMap<string, KnownKey> {
  if (!isObject(json) || !Array.isArray(json['keys'])) throw unreadable(file, 'is not a JWK set')
  const known = new Map<string, KnownKey>()
  for (const entry of json['keys'] as unknown[]) {
    if (isObject(entry) && entry['crv'] !== 'Ed25519') continue
    const jwk = ed25519(entry)
    if (jwk === undefined) throw unreadable(file, 'holds a key without kid, service or x')
    const { kty, crv, x, kid, service } = jwk
    if (jwk.d !== undefined)
      throw unreadable(file, `holds the private key of "${service}", which everybody could read`)
    if (known.has(kid)) throw unreadable(file, `holds two keys of the id ${kid}`)
    known.set(kid, {
      service,
      key: imported(file, () => createPublicKey({ key: { kty, crv, x }, format: 'jwk' })),
    })
  }
  return known
}

interface ServiceJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly d?: string
  readonly kid: string
  readonly service: string
}

function ed25519(json: unknown): ServiceJwk | undefined {
  if (!isObject(json)) return undefined
  const { kty, crv, x, d, kid, service } = json
  if (kty !== 'OKP' || crv !== 'Ed25519') return undefined
  if (typeof x !== 'string' || typeof kid !== 'string' || typeof service !== 'string') return undefined
  return { kty, crv, x, kid, service, ...(typeof d === 'string' && { d }) }
}

function imported(file: string, work: () => KeyObject): KeyObject {
  try {
    return work()
  } catch (cause) {
    throw unreadable(file, 'holds a key that is none', cause)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
