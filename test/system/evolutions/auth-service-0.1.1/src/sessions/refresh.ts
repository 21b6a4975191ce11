import { VersionConflict } from '@freehold/runtime'
import { audited } from '../audit/audit-log.js'
import type { Origin } from '../http/origin.js'
import { invalidRefreshToken } from '../http/problems.js'
import type { Parts } from '../parts.js'
import { judge } from './judge.js'
import { digest, parseRefreshToken, tokenAfter, type RefreshToken } from './refresh-token.js'
import { endSession } from './revoke.js'
import { sessions, type SessionRow } from './session.js'
import { tokenPair, type TokenPair } from './token-pair.js'

/** A row that moved on this often under one request is moved by something that does not end. */
const mostTries = 5

type RefreshParts = Pick<Parts, 'database' | 'kysely' | 'tokens' | 'sessionIdle' | 'now'>

/**
 * Gives new tokens for a refresh token, which is then of no more use. A refresh token that is presented
 * again revokes its session (RFC 9700 4.14.2): somebody has a copy. So of two requests with the same token
 * at the same time one gets tokens, and then neither can refresh.
 *
 * @param parts - The database, what signs, and the clock.
 * @param text - The refresh token.
 * @param origin - Where the request came from.
 * @throws HttpProblem 401 when the token is not the current one of a live session.
 */
export async function refreshSession(parts: RefreshParts, text: string, origin: Origin): Promise<TokenPair> {
  const token = parseRefreshToken(text)
  const session =
    token &&
    (await parts.kysely
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', token.sessionId)
      .executeTakeFirst())
  if (token === undefined || session === undefined) throw invalidRefreshToken()
  let current: SessionRow = session
  let verdict = judge(current, token, parts.now())
  // Whoever moved the version without using the token, as a migration does that fills a column, takes nothing away.
  for (let tries = 0; verdict === 'current' && tries < mostTries; tries += 1) {
    const result = await rotate(parts, current, token, origin)
    if (!(result instanceof VersionConflict)) return result
    current = result.current
    verdict = judge(current, token, parts.now())
  }
  if (verdict === 'reused') {
    await endSession(
      parts,
      session,
      'token-reused',
      { action: 'session.reuse-detected', detail: { presented: token.generation } },
      origin,
    )
  }
  throw invalidRefreshToken()
}

/** Returns the conflict when another request changed the session first. */
async function rotate(
  parts: RefreshParts,
  session: SessionRow,
  token: RefreshToken,
  origin: Origin,
): Promise<TokenPair | VersionConflict<SessionRow>> {
  const next = tokenAfter(token)
  const account = await parts.kysely
    .selectFrom('credentials')
    .select('display_name')
    .where('id', '=', session.user_id)
    .executeTakeFirst()
  if (account === undefined) throw invalidRefreshToken()
  const pair = await tokenPair(
    parts.tokens,
    { userId: session.user_id, sessionId: session.id, name: account.display_name },
    next,
  )
  const now = parts.now()
  try {
    await sessions.update(parts.database, {
      key: session.id,
      expectedVersion: session.version,
      set: {
        token_hash: digest(next.text),
        generation: next.generation,
        user_agent: origin.userAgent,
        ip: origin.ip,
        last_used_at: new Date(now),
        expires_at: new Date(now + parts.sessionIdle),
      },
      append: [
        audited(
          { actor: session.user_id, action: 'session.refreshed', entity: 'sessions', entityId: session.id },
          origin,
        ),
      ],
    })
    return pair
  } catch (error) {
    if (error instanceof VersionConflict) return error as VersionConflict<SessionRow>
    throw error
  }
}
