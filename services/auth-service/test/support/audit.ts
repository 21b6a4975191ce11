import type { Database } from '@freehold/runtime'

/** A row of the audit log. */
export interface Audited {
  readonly actor: string | null
  readonly action: string
  readonly entity: string | null
  readonly entity_id: string | null
  readonly version: number | null
  readonly request_id: string | null
  readonly detail: Record<string, unknown>
}

/** What the audit log of a database says, oldest first. */
export async function auditTrail(
  database: Database,
  about?: { actor?: string; entityId?: string },
): Promise<Audited[]> {
  const { rows } = await database.query<Audited>(
    `select actor, action, entity, entity_id, version, request_id, detail
       from auth.audit_log
      where ($1::uuid is null or actor = $1) and ($2::uuid is null or entity_id = $2)
      order by seq`,
    [about?.actor ?? null, about?.entityId ?? null],
  )
  return rows
}
