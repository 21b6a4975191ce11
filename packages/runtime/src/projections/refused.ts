import { FreeholdError, isFreeholdError, projectionRefusals } from '@freehold/manifest/errors'
import pg from 'pg'

/** What Freehold's functions for projections say, as a coded error; anything else as it came. */
export function refused(error: unknown, table: string): unknown {
  const said = isFreeholdError(error) ? error.cause : error
  if (!(said instanceof pg.DatabaseError)) return error
  if (said.constraint === 'projection_retired' && said.code === '42704') return missing(said, table)
  const known = said.constraint === undefined ? undefined : projectionRefusals[said.constraint]
  // The time to wait for a lock of the table is over, in the function itself.
  const code = known ?? (said.code === '55P03' ? 'FREEHOLD_PROJECTION_IN_USE' : undefined)
  if (code === undefined) return error
  return new FreeholdError(code, {
    message: `The projection "${table}": ${said.message}.`,
    ...(said.hint !== undefined && { fix: said.hint }),
    details: { table, ...(code === 'FREEHOLD_PROJECTION_UNVERIFIED' && { digest: said.detail }) },
    cause: said,
  })
}

function missing(said: pg.DatabaseError, table: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROJECTION_NOT_FOUND', {
    message: `The projection "${table}": ${said.message}.`,
    details: { table },
    cause: said,
  })
}
