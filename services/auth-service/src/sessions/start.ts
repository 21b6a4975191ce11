import { queryableOf } from '@freehold/runtime/kysely'
import { v7 as uuid } from 'uuid'
import type { Account } from '../accounts/authenticate.js'
import { audited } from '../audit/audit-log.js'
import type { Origin } from '../http/origin.js'
import { plainAddress } from '../http/plain-address.js'
import { invalidCredentials } from '../http/problems.js'
import type { Parts } from '../parts.js'
import { digest, firstToken } from './refresh-token.js'
import { sessions } from './session.js'
import { tokenPair, type TokenPair } from './token-pair.js'

/**
 * Starts a session for an account whose password was just proved.
 *
 * @param parts - The database, what signs, and the clock.
 * @param account - The account as it was when its password was proved.
 * @param origin - Where the login came from.
 * @throws HttpProblem 401 when the password was changed meanwhile: the one that was proved is no longer good.
 */
export async function startSession(
  parts: Pick<Parts, 'kysely' | 'tokens' | 'sessionIdle' | 'now'>,
  account: Account,
  origin: Origin,
): Promise<TokenPair> {
  const token = firstToken(uuid())
  const pair = await tokenPair(
    parts.tokens,
    { userId: account.id, sessionId: token.sessionId, name: account.display_name },
    token,
  )
  const now = parts.now()
  const row = {
    id: token.sessionId,
    user_id: account.id,
    family_hash: digest(token.familySecret),
    token_hash: digest(token.text),
    generation: token.generation,
    user_agent: origin.userAgent,
    address: plainAddress(origin.ip),
    last_used_at: new Date(now),
    expires_at: new Date(now + parts.sessionIdle),
  }
  const entry = audited(
    { actor: account.id, action: 'login.succeeded', entity: 'sessions', entityId: row.id },
    origin,
  )
  await parts.kysely.transaction().execute(async (transaction) => {
    // Held until the end, so that a change of the password sees this session and revokes it, or is seen here.
    const current = await transaction
      .selectFrom('credentials')
      .select('version')
      .where('id', '=', account.id)
      .forShare()
      .executeTakeFirst()
    if (current?.version !== account.version) throw invalidCredentials()
    await sessions.insert(queryableOf(transaction), row, { append: [entry] })
  })
  return pair
}
