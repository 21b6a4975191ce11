import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { unreadable } from '../refusals.js'
import { sha256 } from '../merkle/hash.js'
import { fromBase64 } from './base64.js'

/** The public half of a key for notes: it says whether a signature is of it. */
export interface NoteVerifier {
  /** Whose it is: not empty, without spaces and `+`. */
  readonly name: string
  /** The first four bytes of a hash over name and key, which tell keys of one name apart. */
  readonly id: number
  /** `<name>+<id>+<algorithm and key>`, as it is published. */
  readonly text: string
  verify(content: Uint8Array, signature: Uint8Array): boolean
}

/** The whole key. */
export interface NoteSigner extends NoteVerifier {
  sign(content: Uint8Array): Buffer
}

const ed25519 = 1
const keyBytes = 32
const namePattern = /^[^\s+]+$/u

/**
 * Reads a public key as C2SP's "signed note" publishes it: `notes/events+1a2b3c4d+AR…`.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is none, or of another algorithm than Ed25519.
 */
export function readVerifier(text: string): NoteVerifier {
  const [, name, encoded = ''] = /^([^\s+]+)\+[0-9a-f]{8}\+(\S+)$/u.exec(text) ?? []
  const bytes = fromBase64(encoded)
  if (name === undefined || bytes?.length !== 1 + keyBytes || bytes[0] !== ed25519)
    throw unreadable('A key', 'it is not <name>+<8 hexadecimal digits>+<Ed25519 key in base64>')
  const verifier = verifierOf(name, bytes.subarray(1))
  if (verifier.text !== text)
    throw unreadable('A key', `its number is not that of the key, ${hexOf(verifier.id)}`)
  return verifier
}

/**
 * A key that signs.
 *
 * @param name - Whose it is.
 * @param key - An Ed25519 key as a JWK (RFC 8037).
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is none.
 */
export function noteSigner(name: string, key: { readonly x: string; readonly d: string }): NoteSigner {
  if (!namePattern.test(name)) throw unreadable('A key', `"${name}" is no name: no spaces and no +`)
  let secret: KeyObject
  try {
    secret = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.x, d: key.d }, format: 'jwk' })
  } catch (cause) {
    throw unreadable('A key', 'it is no private Ed25519 key', cause)
  }
  // Not the x that is beside it: a wrong one would go unnoticed until somebody verifies.
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' })
  return { ...verifierOf(name, Buffer.from(x, 'base64url')), sign: (content) => sign(null, content, secret) }
}

/** The public key of a name from its 32 bytes. */
export function verifierOf(name: string, bytes: Uint8Array): NoteVerifier {
  if (!namePattern.test(name)) throw unreadable('A key', `"${name}" is no name: no spaces and no +`)
  const typed = Buffer.concat([Buffer.of(ed25519), bytes])
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed])).readUInt32BE(0)
  const x = Buffer.from(bytes).toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return {
    name,
    id,
    text: `${name}+${hexOf(id)}+${typed.toString('base64')}`,
    verify: (content, signature) => verify(null, content, key, signature),
  }
}

function hexOf(id: number): string {
  return id.toString(16).padStart(8, '0')
}
