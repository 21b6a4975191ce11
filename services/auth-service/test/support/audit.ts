import { openValues } from '@freehold/runtime/personal'
import type { AuthSystem } from './auth-system.js'

/** A row of the audit log. */
export interface Audited {
  readonly actor: string | null
  readonly action: string
  readonly entity: string | null
  readonly entity_id: string | null
  readonly version: number | null
  readonly request_id: string | null
  readonly detail: Record<string, unknown>
  readonly subject: string | null
  /** Opened, where it is there. */
  readonly origin: unknown
}

/** What the audit log of a system says, oldest first; without keys, origins as they are stored. */
export async function auditTrail(
  { admin, personalKeys }: Pick<AuthSystem, 'admin'> & Partial<Pick<AuthSystem, 'personalKeys'>>,
  about?: { actor?: string; entityId?: string },
): Promise<Audited[]> {
  const { rows } = await admin.query<Audited>(
    `select actor, action, entity, entity_id, version, request_id, detail, subject, origin
       from auth.audit_log
      where ($1::uuid is null or actor = $1) and ($2::uuid is null or entity_id = $2)
      order by seq`,
    [about?.actor ?? null, about?.entityId ?? null],
  )
  return Promise.all(
    rows.map(async (row) => {
      if (row.origin === null || personalKeys === undefined) return row
      const at = { service: 'auth', name: 'audit_log', field: 'origin', subject: row.subject ?? '' }
      const [origin] = await openValues(personalKeys, [{ ...at, envelope: row.origin as string }])
      return { ...row, origin }
    }),
  )
}
