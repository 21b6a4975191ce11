import { decodeProtectedHeader, jwtVerify, type JWTPayload } from 'jose'
import { knownKeys, type KnownKey } from './keys.js'
import { refusalFrom, refused } from './refused.js'
import { rememberedTokens } from './remembered.js'
import { audienceOf, tokenFormat } from './token-format.js'
import { watchedFile } from './watched-file.js'

/** Says which service sent a request. */
export interface ServiceVerifier {
  /**
   * @param token - What came after `Bearer`.
   * @returns The service that signed it.
   * @throws FreeholdError `FREEHOLD_SERVICE_TOKEN_INVALID` with `details.reason`, one of {@link TokenRefusal};
   *   `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` when the file of keys was replaced by something else.
   */
  verify(token: string): Promise<{ service: string }>
}

/** Whose tokens are accepted, and by whom. */
export interface ServiceVerifierOptions {
  /** The name, in the manifest, of the service that is asked. */
  readonly service: string
  /** The file that `freehold apply` made: `services.jwks.json`. It may be replaced at any time. */
  readonly keysFile: string
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

const rememberedAtMost = 1_000
const readAgainAfterMs = 1_000

/**
 * Verifies the tokens of other services with the public keys of all. A key that is withdrawn takes the tokens that
 * it signed with it, also those that were verified before.
 *
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` when the file is missing or damaged.
 */
export function serviceVerifier(options: ServiceVerifierOptions): ServiceVerifier {
  const { service, keysFile, now = Date.now } = options
  const file = watchedFile(keysFile, (json) => knownKeys(json, keysFile))
  const remembered = rememberedTokens(rememberedAtMost)
  let readAgainAt = -Infinity

  function keyOf(kid: string): KnownKey | undefined {
    const known = file.current().get(kid)
    if (known !== undefined || now() - readAgainAt < readAgainAfterMs) return known
    readAgainAt = now()
    return file.readAgain().get(kid)
  }

  async function verifyAnew(token: string): Promise<{ service: string }> {
    const kid = keyIdOf(token)
    const key = keyOf(kid)
    if (key === undefined) throw refused('unknown-key')
    const { payload } = await jwtVerify(token, key.key, {
      algorithms: [tokenFormat.algorithm],
      audience: audienceOf(service),
      issuer: key.service,
      clockTolerance: tokenFormat.clockTolerance,
      currentDate: new Date(now()),
      requiredClaims: ['iat', 'exp', 'jti'],
    })
    const expires = checkedEnd(payload, now() / 1000)
    remembered.set(token, { key, kid, expires })
    return { service: key.service }
  }

  return {
    async verify(token) {
      if (token.length > tokenFormat.longest) throw refused('malformed')
      const before = remembered.get(token)
      if (before !== undefined) {
        const known = file.current().get(before.kid)
        if (known !== undefined && isSame(known, before.key) && now() / 1000 < before.expires)
          return { service: known.service }
        remembered.delete(token)
      }
      try {
        return await verifyAnew(token)
      } catch (error) {
        throw refusalFrom(error)
      }
    },
  }
}

function isSame(a: KnownKey, b: KnownKey): boolean {
  return a === b || (a.service === b.service && a.key.equals(b.key))
}

function keyIdOf(token: string): string {
  try {
    const { kid } = decodeProtectedHeader(token)
    if (typeof kid === 'string') return kid
  } catch (error) {
    throw refused('malformed', error)
  }
  throw refused('unknown-key')
}

/** What jose leaves to us: one audience only, no day in the future, and a short life. */
function checkedEnd({ aud, iat, exp }: JWTPayload, seconds: number): number {
  // A token for two could be sent on by one of them to the other.
  if (typeof aud !== 'string') throw refused('audience')
  if (iat === undefined || exp === undefined) throw refused('malformed')
  if (iat > seconds + tokenFormat.clockTolerance) throw refused('not-yet-valid')
  if (exp - iat > tokenFormat.lifetime) throw refused('too-long-lived')
  return exp
}
