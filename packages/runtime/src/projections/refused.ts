import {
  FreeholdError,
  isFreeholdError,
  projectionRefusal,
  projectionSentence,
} from '@freehold/manifest/errors'
import pg from 'pg'

/** What Freehold's functions for projections say, as a coded error; anything else as it came. */
export function refused(error: unknown, table: string): unknown {
  const said = isFreeholdError(error) ? error.cause : error
  if (!(said instanceof pg.DatabaseError)) return error
  const code = projectionRefusal(said)
  if (code === undefined) return error
  return new FreeholdError(code, {
    message: projectionSentence(table, said.message),
    ...(said.hint !== undefined && { fix: said.hint }),
    details: { table, ...(code === 'FREEHOLD_PROJECTION_UNVERIFIED' && { digest: said.detail }) },
    cause: said,
  })
}
