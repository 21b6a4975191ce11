import type { Causes } from '@freehold/runtime/events'

/** A row of `audit_log`, without what the database writes itself. */
export interface AuditRow {
  actor: string
  action: string
  entity: string
  entity_id: string
  version: number
  request_id: string
  detail: object
}

/** Who does something, in which request. */
export interface Actor {
  readonly userId: string
  readonly requestId: string
  /** What its events say of where they come from. */
  readonly causes: Causes
}
