import { EntityNotFound } from '@freehold/runtime'
import { queryableOf } from '@freehold/runtime/kysely'
import type { Caller } from '@notes/identity'
import type { Transaction } from 'kysely'
import { auditLog, audited, auditRow, type AuditAction } from '../audit/audit-log.js'
import type { Origin } from '../http/origin.js'
import type { Parts } from '../parts.js'
import type { Tables } from '../tables.js'
import { sessions, type RevocationReason, type SessionRow } from './session.js'

/**
 * Ends a session, whatever its version: revoking is unconditional by design, since nothing that could have
 * happened meanwhile makes it wrong.
 *
 * @param parts - The database and the clock.
 * @param session - Which session, and whose.
 * @param reason - Why.
 * @param record - What the audit log calls it.
 * @param origin - Where the request came from.
 * @returns Whether there was such a session to end; an ended one stays as it is.
 */
export async function endSession(
  parts: Pick<Parts, 'database' | 'now'>,
  session: Pick<SessionRow, 'id' | 'user_id'>,
  reason: RevocationReason,
  record: { readonly action: AuditAction; readonly detail?: Readonly<Record<string, unknown>> },
  origin: Origin,
): Promise<boolean> {
  try {
    await sessions.update(parts.database, {
      key: session.id,
      expectedVersion: 'any',
      where: { user_id: session.user_id, revoked_at: null },
      set: { revoked_at: new Date(parts.now()), revoked_reason: reason },
      append: [
        audited({ actor: session.user_id, entity: 'sessions', entityId: session.id, ...record }, origin),
      ],
    })
    return true
  } catch (error) {
    if (error instanceof EntityNotFound) return false
    throw error
  }
}

/**
 * Revokes all sessions of the caller but the one they speak through.
 *
 * @param transaction - The transaction that changes the password.
 * @param caller - Whose sessions, and which one stays.
 * @param now - Milliseconds since 1970.
 * @param origin - Where the request came from.
 */
export async function revokeOtherSessions(
  transaction: Transaction<Tables>,
  caller: Caller,
  now: number,
  origin: Origin,
): Promise<void> {
  const revoked = await transaction
    .updateTable('sessions')
    .set((row) => ({
      revoked_at: new Date(now),
      revoked_reason: 'password-changed',
      version: row('version', '+', 1),
    }))
    .where('user_id', '=', caller.userId)
    .where('id', '!=', caller.sessionId)
    .where('revoked_at', 'is', null)
    .returning(['id', 'version'])
    .execute()
  if (revoked.length === 0) return
  const rows = revoked.map(({ id, version }) => ({
    ...auditRow(
      {
        actor: caller.userId,
        action: 'session.revoked',
        entity: 'sessions',
        entityId: id,
        detail: { reason: 'password-changed' },
      },
      origin,
    ),
    version,
  }))
  await auditLog.append(queryableOf(transaction), rows)
}
