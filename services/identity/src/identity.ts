import { decodeProtectedHeader, jwtVerify } from 'jose'
import type { Caller } from './caller.js'
import type { KeySource } from './keys/key-source.js'
import { remoteKeys } from './keys/remote-keys.js'
import { callerFrom } from './tokens/claims.js'
import { tokenFormat } from './tokens/format.js'
import { rejectionFrom, TokenRejected } from './tokens/rejection.js'
import { rememberedTokens } from './tokens/remembered.js'

/** Says who sent a request. */
export interface Identity {
  /**
   * @param token - An access token, without the word Bearer.
   * @throws TokenRejected when the token is forged, expired, or meant for something else.
   * @throws KeysUnavailable when no key could be read yet.
   */
  verify(token: string): Promise<Caller>
}

/** What a token must say, and how much is remembered. */
export interface VerificationOptions {
  /** Default `notes-auth`. */
  readonly issuer?: string
  /** Default `notes-app`. */
  readonly audience?: string
  /** How many verified tokens are remembered until they expire. Default 10 000. */
  readonly remember?: number
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number
}

/** Where the auth-service is, beside what a token must say. */
export interface IdentityOptions extends VerificationOptions {
  /** The address of the auth-service, e.g. `http://127.0.0.1:8081`. */
  readonly authUrl: string | URL
  /** Hears of every failed attempt to read the keys. */
  readonly onFetchError?: (error: unknown) => void
}

/** No token of this system comes near it; it bounds the work that a stranger can cause. */
const longestToken = 4096

/**
 * Verifies the access tokens of the auth-service, without asking it: its public keys are fetched once and
 * kept, and go on serving while it is down.
 *
 * @param options - Where the auth-service is, and what a token must say.
 */
export function identity(options: IdentityOptions): Identity {
  const { authUrl, onFetchError, ...verification } = options
  const url = new URL('/api/auth/.well-known/jwks.json', authUrl)
  return identityFrom(remoteKeys({ url, ...(onFetchError && { onFetchError }) }), verification)
}

/**
 * Verifies access tokens with keys from anywhere, e.g. the auth-service's own.
 *
 * @param keys - Where the public keys come from.
 * @param options - What a token must say.
 */
export function identityFrom(keys: KeySource, options: VerificationOptions = {}): Identity {
  const { issuer = tokenFormat.issuer, audience = tokenFormat.audience, now = Date.now } = options
  const remembered = rememberedTokens(options.remember ?? 10_000, now)

  async function verifyAnew(token: string): Promise<Caller> {
    const kid = keyIdOf(token)
    const key = await keys.find(kid)
    if (key === undefined) throw new TokenRejected('The access token is signed with an unknown key.')
    const { payload } = await jwtVerify(token, key, {
      algorithms: [tokenFormat.algorithm],
      typ: tokenFormat.type,
      issuer,
      audience,
      clockTolerance: tokenFormat.clockTolerance,
      currentDate: new Date(now()),
      requiredClaims: ['sub', 'sid', 'iat', 'exp', 'jti'],
    })
    const caller = callerFrom(payload)
    remembered.set(token, { caller, kid })
    return caller
  }

  return {
    async verify(token) {
      if (token.length > longestToken) throw new TokenRejected('The access token is too long.')
      const before = remembered.get(token)
      // A key that was withdrawn takes the tokens it signed with it.
      if (before !== undefined && keys.trusts(before.kid)) return before.caller
      try {
        return await verifyAnew(token)
      } catch (error) {
        throw rejectionFrom(error)
      }
    },
  }
}

function keyIdOf(token: string): string {
  try {
    const { kid } = decodeProtectedHeader(token)
    if (typeof kid === 'string' && kid.length <= 128) return kid
  } catch (error) {
    throw new TokenRejected('The access token is not valid.', error)
  }
  throw new TokenRejected('The access token names no key.')
}
