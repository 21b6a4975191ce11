import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

const iterations = 4096
const pattern = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/

/**
 * What PostgreSQL stores for a password (RFC 5803; RFC 7677). Sent in place of the password, so that the password
 * itself never reaches the server's log or `pg_stat_statements`. Only for passwords of ASCII: SASLprep is left out.
 *
 * @param password - One of {@link newPassword}.
 */
export function scramVerifier(password: string): string {
  return verifier(password, randomBytes(16))
}

/** Whether what the server stores belongs to this password. */
export function matchesScram(password: string, stored: string | null): boolean {
  const [, rounds, salt] = pattern.exec(stored ?? '') ?? []
  // A role may give itself a password that takes minutes to compare; it is none of ours.
  if (salt === undefined || Number(rounds) !== iterations) return false
  const expected = Buffer.from(verifier(password, Buffer.from(salt, 'base64')))
  const actual = Buffer.from(stored ?? '')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

function verifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
