import type { Database } from '@freehold/runtime'
import { auditTrail, type AuditTrail } from '@notes/audit-trail'
import { authService } from '../../ownership.js'
import { originsOf } from './origins.js'

/** Where people find what was done to their account and their sessions. */
export const ownTrailPath = '/api/auth/audit'

/**
 * What people see of the audit log: also what others did to their account, such as trying passwords. Of its detail they
 * see what is named here: the address it came from, and why a session was revoked.
 */
export function ownTrail(database: Database): AuditTrail {
  return auditTrail({
    service: authService,
    database,
    path: ownTrailPath,
    owners: ['actor', 'entity_id'],
    async shownDetails(rows) {
      const origins = await originsOf(
        database,
        rows.map(({ seq }) => seq),
      )
      return rows.map(({ seq, detail: { reason } }) => ({
        ...origins.get(seq),
        ...(reason !== undefined && { reason }),
      }))
    },
  })
}
