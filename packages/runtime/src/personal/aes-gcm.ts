import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const nonceBytes = 12
const tagBytes = 16

/** How many bytes longer than the plain text the encrypted one is. */
export const overheadBytes = nonceBytes + tagBytes

/**
 * Encrypts with AES-256-GCM (NIST SP 800-38D), under a random nonce of 96 bits.
 *
 * @param secret - 32 bytes.
 * @param context - Is authenticated with it: under another it does not decrypt.
 * @returns Nonce, ciphertext and tag.
 */
export function encrypted(plain: Uint8Array, secret: Buffer, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', secret, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Decrypts what {@link encrypted} returned. Throws when it was altered, or secret or context are others. */
export function decrypted(bytes: Buffer, secret: Buffer, context: string): Buffer {
  const cipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  cipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes))
  return Buffer.concat([cipher.update(bytes.subarray(nonceBytes, -tagBytes)), cipher.final()])
}
