import type { Parts } from '../parts.js'
import type { Subject } from '../tokens/access-tokens.js'
import type { RefreshToken } from './refresh-token.js'

/** What a client gets to be logged in with. */
export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
  readonly tokenType: 'Bearer'
  /** Seconds until the access token expires. */
  readonly expiresIn: number
}

/**
 * Signs the access token that goes with a refresh token. It is signed before the session is written: a
 * session whose tokens nobody got cannot be.
 *
 * @param tokens - What signs.
 * @param subject - Whom the tokens are for.
 * @param refreshToken - The refresh token.
 */
export async function tokenPair(
  tokens: Parts['tokens'],
  subject: Subject,
  refreshToken: RefreshToken,
): Promise<TokenPair> {
  return {
    accessToken: await tokens.issue(subject),
    refreshToken: refreshToken.text,
    tokenType: 'Bearer',
    expiresIn: tokens.life,
  }
}
