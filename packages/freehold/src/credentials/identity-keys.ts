import { createHash, generateKeyPairSync } from 'node:crypto'

/** The public half of a service's key, as a JWK (RFC 8037) that says whose it is. */
export interface PublicKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  /** Its thumbprint (RFC 7638). */
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
  readonly service: string
}

/** The whole key, which only its service may have. */
export interface PrivateKey extends PublicKey {
  readonly d: string
}

/** A new Ed25519 key pair for a service. */
export function newPrivateKey(service: string): PrivateKey {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const canonical = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x })
  const kid = createHash('sha256').update(canonical).digest('base64url')
  return { kty: 'OKP', crv: 'Ed25519', x, d, kid, alg: 'EdDSA', use: 'sig', service }
}

/** What of a key everybody may know. */
export function publicHalf({ kty, crv, x, kid, alg, use, service }: PublicKey): PublicKey {
  return { kty, crv, x, kid, alg, use, service }
}

/** Whether a value is a public key; other members are not looked at. */
export function isPublicKey(value: unknown): value is PublicKey {
  if (typeof value !== 'object' || value === null) return false
  const { kty, crv, x, kid, service } = value as Partial<Record<keyof PublicKey, unknown>>
  return (
    kty === 'OKP' &&
    crv === 'Ed25519' &&
    is32Bytes(x) &&
    typeof kid === 'string' &&
    typeof service === 'string'
  )
}

/** Whether a value is a private key. */
export function isPrivateKey(value: unknown): value is PrivateKey {
  return isPublicKey(value) && 'd' in value && is32Bytes(value.d)
}

function is32Bytes(value: unknown): boolean {
  return typeof value === 'string' && Buffer.from(value, 'base64url').length === 32
}
