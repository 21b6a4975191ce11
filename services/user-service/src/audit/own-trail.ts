import type { Database } from '@freehold/runtime'
import { auditTrail, type AuditTrail } from '@notes/audit-trail'
import { userService } from '../../ownership.js'

/** Where people find what was done to their profile. */
export const ownTrailPath = '/api/users/audit'

/** What people see of the audit log. Nothing is written into its detail. */
export function ownTrail(database: Database): AuditTrail {
  return auditTrail({
    service: userService,
    database,
    path: ownTrailPath,
    owners: ['actor', 'entity_id'],
    shownDetails: () => [],
  })
}
