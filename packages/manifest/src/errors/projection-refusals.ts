import type { ErrorCode } from './registry.js'

/** What the database's functions for projections refuse, by the name that they give as the constraint. */
const refusals: Readonly<Record<string, ErrorCode>> = {
  projection_retired: 'FREEHOLD_PROJECTION_RETIRED',
  projection_obstacles: 'FREEHOLD_PROJECTION_OBSTACLES',
  projection_live: 'FREEHOLD_PROJECTION_NOT_FOUND',
  projection_building: 'FREEHOLD_PROJECTION_NOT_FOUND',
  projection_same_columns: 'FREEHOLD_PROJECTION_CHANGED',
  projection_aligned: 'FREEHOLD_PROJECTION_BEHIND',
  projection_verified: 'FREEHOLD_PROJECTION_UNVERIFIED',
  projection_in_use: 'FREEHOLD_PROJECTION_IN_USE',
}

const undefinedObject = '42704'
const lockNotAvailable = '55P03'

/**
 * The code for what a function for projections has refused.
 *
 * @param said - The constraint and the SQLSTATE of the database's error.
 * @returns Undefined when it is none of theirs.
 */
export function projectionRefusal(said: {
  readonly constraint?: string | undefined
  readonly code?: string | undefined
}): ErrorCode | undefined {
  // A rollback without a build to go back to is named like a rebuild that finds one in its way.
  if (said.constraint === 'projection_retired' && said.code === undefinedObject)
    return 'FREEHOLD_PROJECTION_NOT_FOUND'
  const known = said.constraint === undefined ? undefined : refusals[said.constraint]
  // The time to wait for a lock of the table is over, in the function itself.
  return known ?? (said.code === lockNotAvailable ? 'FREEHOLD_PROJECTION_IN_USE' : undefined)
}

/** What the database says of a projection, as a sentence that names it once. */
export function projectionSentence(table: string, said: string): string {
  if (!said.includes(`"${table}"`)) return `The projection "${table}": ${said}.`
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`
}
