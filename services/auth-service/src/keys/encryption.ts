import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { JWK } from 'jose'

const nonceBytes = 12
const tagBytes = 16

/** A private key that this KEY_ENCRYPTION_KEY does not open. */
export class UnreadableKey extends Error {
  /**
   * @param kid - The id of the key.
   * @param cause - The error underneath.
   */
  constructor(kid: string, cause: unknown) {
    super(`The signing key ${kid} was encrypted with another KEY_ENCRYPTION_KEY, or was altered.`, { cause })
    this.name = 'UnreadableKey'
  }
}

/**
 * Encrypts a private key with AES-256-GCM. The kid is authenticated with it, so that no row can be given
 * the key of another.
 *
 * @param jwk - The private key.
 * @param kid - Its id.
 * @param encryptionKey - 32 bytes.
 * @returns Nonce, tag and ciphertext.
 */
export function encryptJwk(jwk: JWK, kid: string, encryptionKey: Buffer): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', encryptionKey, nonce).setAAD(Buffer.from(kid))
  const text = Buffer.concat([cipher.update(JSON.stringify(jwk)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text])
}

/**
 * Decrypts what {@link encryptJwk} returned.
 *
 * @param sealed - Nonce, tag and ciphertext.
 * @param kid - The id of the key.
 * @param encryptionKey - 32 bytes.
 * @throws UnreadableKey when the encryption key is another one, or the bytes were altered.
 */
export function decryptJwk(sealed: Buffer, kid: string, encryptionKey: Buffer): JWK {
  try {
    const decipher = createDecipheriv('aes-256-gcm', encryptionKey, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(Buffer.from(kid)).setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
    const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
    return JSON.parse(text.toString()) as JWK
  } catch (error) {
    throw new UnreadableKey(kid, error)
  }
}
