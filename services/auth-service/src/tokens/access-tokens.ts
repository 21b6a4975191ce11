import { tokenFormat } from '@notes/identity'
import { SignJWT } from 'jose'
import { v4 as uuid } from 'uuid'
import { cannotSign } from '../http/problems.js'
import { UnreadableKey } from '../keys/encryption.js'
import type { KeyRing, Signer } from '../keys/key-ring.js'

/** Whom a token is for. */
export interface Subject {
  readonly userId: string
  readonly sessionId: string
  readonly name: string
}

/** Issues access tokens. */
export interface AccessTokens {
  /** Seconds that a token is good for. */
  readonly life: number
  /**
   * @param subject - Whom the token is for.
   * @throws HttpProblem 503 when there is no key to sign with.
   */
  issue(subject: Subject): Promise<string>
}

/**
 * Access tokens as `@notes/identity` verifies them.
 *
 * @param keys - What signs them.
 * @param life - Seconds that a token is good for.
 * @param now - The clock, in milliseconds since 1970.
 */
export function accessTokens(keys: Pick<KeyRing, 'signer'>, life: number, now: () => number): AccessTokens {
  return {
    life,
    issue({ userId, sessionId, name }) {
      const signer = signerOf(keys)
      const issuedAt = Math.floor(now() / 1000)
      return new SignJWT({ sid: sessionId, name })
        .setProtectedHeader({ alg: tokenFormat.algorithm, typ: tokenFormat.type, kid: signer.kid })
        .setIssuer(tokenFormat.issuer)
        .setAudience(tokenFormat.audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + life)
        .setJti(uuid())
        .sign(signer.key)
    },
  }
}

function signerOf(keys: Pick<KeyRing, 'signer'>): Signer {
  try {
    return keys.signer()
  } catch (error) {
    if (error instanceof UnreadableKey) throw cannotSign(error)
    throw error
  }
}
