import type { Database } from '@freehold/runtime'
import { auditTrail, type AuditTrail } from '@notes/audit-trail'
import { notesService } from '../../ownership.js'

/** Where people find what they did to their notes. */
export const ownTrailPath = '/api/notes/audit'

/** What people see of the audit log. Of its detail they see what is named here. */
export function ownTrail(database: Database): AuditTrail {
  return auditTrail({
    service: notesService,
    database,
    path: ownTrailPath,
    // Nobody but its author does anything to a note.
    owners: ['actor'],
    shownDetails: (rows) => rows.map(({ detail: { from } }) => (from === undefined ? {} : { from })),
  })
}
