import { randomUUID } from 'node:crypto'
import { erasureRequests } from '@freehold/runtime/erasing'
import { eventLog } from '@freehold/runtime/events'
import { AccountClosed } from '@notes/contracts'
import type { Caller } from '@notes/identity'
import { authService } from '../../ownership.js'
import { auditLog, auditRow } from '../audit/audit-log.js'
import type { Origin } from '../http/origin.js'
import { wrongPassword } from '../http/problems.js'
import type { Parts } from '../parts.js'
import { credentials } from './credentials.js'
import { eraseAccount } from './erase-account.js'

const events = eventLog(authService)
const erasures = erasureRequests(authService)

/**
 * Closes the caller's account, for good: in one transaction the account and its sessions are gone, the others are told,
 * and this service is asked to forget the rest, which is the keys of what its logs hold. Access tokens stay good until
 * they expire, and open nothing.
 *
 * @param parts - The database, the passwords and the clock.
 * @param caller - Whose account.
 * @param proof - Their password.
 * @param origin - Where the request came from.
 * @throws HttpProblem 403 for a wrong password, 503 when too many passwords wait to be checked.
 */
export async function closeAccount(
  parts: Pick<Parts, 'database' | 'passwords' | 'now'>,
  { userId }: Caller,
  proof: { readonly currentPassword: string },
  origin: Origin,
): Promise<void> {
  const entry = { actor: userId, entity: 'credentials', entityId: userId } as const
  const account = await credentials.find(parts.database, userId)
  const proved = await parts.passwords.matches(proof.currentPassword, account?.password_hash)
  if (account === undefined || !proved) {
    await auditLog.append(parts.database, auditRow({ ...entry, action: 'account.closing-refused' }, origin))
    throw wrongPassword()
  }
  // The erasure has one id over all services: that of the event.
  const id = randomUUID()
  const closedAt = new Date(parts.now()).toISOString()
  await parts.database.transaction(async (tx) => {
    const rows = await eraseAccount(tx, { subject: userId })
    await auditLog.append(tx, auditRow({ ...entry, action: 'account.closed' }, origin))
    await events.append(tx, {
      contract: AccountClosed,
      id,
      data: { accountId: userId, closedAt },
      ...origin.causes,
    })
    await erasures.ask(tx, { id, subject: userId, reason: 'The account was closed.', rows })
  })
}
