/** A row of `audit_log`, without what the database writes itself. */
export interface AuditRow {
  actor: string
  action: string
  entity: string
  entity_id: string
  version: number
  request_id: string
}
