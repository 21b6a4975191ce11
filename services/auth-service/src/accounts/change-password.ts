import { VersionConflict } from '@freehold/runtime'
import { queryableOf } from '@freehold/runtime/kysely'
import type { Caller } from '@notes/identity'
import { auditLog, audited, auditRow } from '../audit/audit-log.js'
import type { Origin } from '../http/origin.js'
import { passwordChangedMeanwhile, wrongPassword } from '../http/problems.js'
import type { Parts } from '../parts.js'
import { revokeOtherSessions } from '../sessions/revoke.js'
import { credentials } from './credentials.js'
import { requireLongEnough } from './register.js'

/**
 * Changes the caller's password and revokes their other sessions, in one transaction. The access tokens of
 * those sessions stay good until they expire.
 *
 * @param parts - The database, the passwords and the clock.
 * @param caller - Who asks; their session stays.
 * @param change - The password there is, and the one there shall be.
 * @param origin - Where the request came from.
 * @throws HttpProblem 403 for a wrong current password, 409 when another request changed it meanwhile, 400 for
 *   a new one that is too short, 503 when too many passwords wait to be checked.
 */
export async function changePassword(
  parts: Pick<Parts, 'database' | 'kysely' | 'passwords' | 'now'>,
  caller: Caller,
  change: { readonly currentPassword: string; readonly newPassword: string },
  origin: Origin,
): Promise<void> {
  requireLongEnough('newPassword', change.newPassword)
  const entry = { actor: caller.userId, entity: 'credentials', entityId: caller.userId } as const
  const account = await credentials.find(parts.database, caller.userId)
  const proved = await parts.passwords.matches(change.currentPassword, account?.password_hash)
  if (account === undefined || !proved) {
    await auditLog.append(parts.database, auditRow({ ...entry, action: 'password.change-refused' }, origin))
    throw wrongPassword()
  }
  const passwordHash = await parts.passwords.hash(change.newPassword)
  try {
    await parts.kysely.transaction().execute(async (transaction) => {
      // First the account: a login that is under way holds it, and its session is seen below.
      await credentials.update(queryableOf(transaction), {
        key: account.id,
        expectedVersion: account.version,
        set: { password_hash: passwordHash },
        append: [audited({ ...entry, action: 'password.changed' }, origin)],
      })
      await revokeOtherSessions(transaction, caller, parts.now(), origin)
    })
  } catch (error) {
    throw error instanceof VersionConflict ? passwordChangedMeanwhile() : error
  }
}
