import { timingSafeEqual } from 'node:crypto'
import { digest, type RefreshToken } from './refresh-token.js'
import type { SessionRow } from './session.js'

/**
 * What a refresh token is to a session: `current`, the one that is good now; `reused`, one that was good once;
 * `ended`, of a session that is revoked or expired; `foreign`, never of this session.
 */
export type Verdict = 'current' | 'reused' | 'ended' | 'foreign'

/**
 * Judges a refresh token. There is no grace for a token that has just been replaced: a client and a thief
 * who hold the same token look the same, however short the time between them.
 *
 * @param session - The session that the token names.
 * @param token - What the client presented.
 * @param now - Milliseconds since 1970.
 */
export function judge(session: SessionRow, token: RefreshToken, now: number): Verdict {
  if (!timingSafeEqual(digest(token.familySecret), session.family_hash)) return 'foreign'
  if (!isLive(session, now)) return 'ended'
  return timingSafeEqual(digest(token.text), session.token_hash) ? 'current' : 'reused'
}

/** Whether a session is neither revoked nor expired. */
export function isLive(session: Pick<SessionRow, 'revoked_at' | 'expires_at'>, now: number): boolean {
  return session.revoked_at === null && session.expires_at.getTime() > now
}
