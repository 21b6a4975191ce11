import { fromRow, immutableLog, type Append } from '@freehold/runtime'
import { authService } from '../../ownership.js'
import type { Origin } from '../http/origin.js'

/** What is recorded. */
export type AuditAction =
  | 'account.registered'
  | 'account.closed'
  | 'account.closing-refused'
  | 'login.succeeded'
  | 'login.failed'
  | 'password.changed'
  | 'password.change-refused'
  | 'session.refreshed'
  | 'session.reuse-detected'
  | 'session.logged-out'
  | 'session.revoked'
  | 'signing-key.created'
  | 'signing-key.removed'

/** The columns of `audit_log` that the service writes. */
export interface AuditRow {
  actor: string | null
  action: AuditAction
  entity: string | null
  entity_id: string | null
  version: number | null
  request_id: string | null
  detail: Readonly<Record<string, unknown>>
  /** Whose key seals the origin. */
  subject: string | null
  /** Where it came from: personal, and sealed. */
  origin: { readonly ip: string } | null
}

/** Who did what. */
export const auditLog = immutableLog<AuditRow>(authService, 'audit_log', {
  columns: ['actor', 'action', 'entity', 'entity_id', 'version', 'request_id', 'detail', 'subject', 'origin'],
})

/** What is said of a change beside where it came from. */
export interface AuditEntry {
  readonly actor: string | null
  readonly action: AuditAction
  readonly entity: 'credentials' | 'sessions' | 'signing_keys' | null
  readonly entityId: string | null
  /** Never a secret, never an address that was typed. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/**
 * A row of the audit log.
 *
 * @param entry - What happened.
 * @param origin - The request that caused it; undefined when the service did it by itself.
 */
export function auditRow(entry: AuditEntry, origin?: Origin): AuditRow {
  return {
    actor: entry.actor,
    action: entry.action,
    entity: entry.entity,
    entity_id: entry.entityId,
    version: null,
    request_id: origin?.requestId ?? null,
    detail: entry.detail ?? {},
    subject: origin ? subjectOf(entry, origin) : null,
    origin: origin ? { ip: origin.ip } : null,
  }
}

/**
 * Whose account it is. Who fails to log in to an address that has none is nobody whom we know: those of a day can be
 * forgotten together, with `freehold erase --subject nobody-<date>`.
 */
function subjectOf({ actor, entity, entityId }: AuditEntry, { at }: Origin): string {
  const account = actor ?? (entity === 'credentials' ? entityId : null)
  return account ?? `nobody-${at.toISOString().slice(0, 10)}`
}

/** The same as something to append in the statement of the change itself, with the version it leads to. */
export function audited(entry: AuditEntry, origin?: Origin): Append {
  return auditLog.entry({ ...auditRow(entry, origin), version: fromRow('version') })
}
