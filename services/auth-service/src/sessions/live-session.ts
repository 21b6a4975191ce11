import { unauthenticated } from '@notes/identity'
import type { FastifyRequest } from 'fastify'
import type { Parts } from '../parts.js'
import { isLive } from './judge.js'

/**
 * A hook that lets only callers through whose session is live. Elsewhere an access token is good until it
 * expires; here, where sessions and passwords are changed, a revoked session must not change anything, and
 * asking costs nothing but a read of our own table.
 *
 * @param parts - The database and the clock.
 */
export function withLiveSession(
  parts: Pick<Parts, 'kysely' | 'now'>,
): (request: FastifyRequest) => Promise<void> {
  return async ({ caller }) => {
    const session = await parts.kysely
      .selectFrom('sessions')
      .select(['revoked_at', 'expires_at'])
      .where('id', '=', caller.sessionId)
      .where('user_id', '=', caller.userId)
      .executeTakeFirst()
    if (session === undefined || !isLive(session, parts.now())) {
      throw unauthenticated('The session of this access token has ended.', 'invalid_token')
    }
  }
}
