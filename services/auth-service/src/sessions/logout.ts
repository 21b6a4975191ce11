import type { Caller } from '@notes/identity'
import type { Origin } from '../http/origin.js'
import type { Parts } from '../parts.js'
import { judge } from './judge.js'
import { parseRefreshToken } from './refresh-token.js'
import { endSession } from './revoke.js'
import { sessions } from './session.js'

/**
 * Ends the session of an access token. A session that has ended stays ended: logging out twice is no error.
 *
 * @param parts - The database and the clock.
 * @param caller - Whose session.
 * @param origin - Where the request came from.
 */
export async function logOut(
  parts: Pick<Parts, 'database' | 'now'>,
  caller: Caller,
  origin: Origin,
): Promise<void> {
  await endSession(
    parts,
    { id: caller.sessionId, user_id: caller.userId },
    'logged-out',
    { action: 'session.logged-out' },
    origin,
  )
}

/**
 * Ends the session of a refresh token. As RFC 7009 2.2 asks, a token that means nothing is no error: whoever
 * sent it wanted it to be of no use, and it is. An old token of the session ends it too.
 *
 * @param parts - The database and the clock.
 * @param text - The refresh token.
 * @param origin - Where the request came from.
 */
export async function logOutWith(
  parts: Pick<Parts, 'database' | 'now'>,
  text: string,
  origin: Origin,
): Promise<void> {
  const token = parseRefreshToken(text)
  const session = token && (await sessions.find(parts.database, token.sessionId))
  if (token === undefined || session === undefined || judge(session, token, parts.now()) === 'foreign') return
  await endSession(parts, session, 'logged-out', { action: 'session.logged-out' }, origin)
}
