import type { ErrorCode } from './registry.js'

/** What the database's functions for projections refuse, by the name that they give as the constraint. */
export const projectionRefusals: Readonly<Record<string, ErrorCode>> = {
  projection_retired: 'FREEHOLD_PROJECTION_RETIRED',
  projection_obstacles: 'FREEHOLD_PROJECTION_OBSTACLES',
  projection_live: 'FREEHOLD_PROJECTION_NOT_FOUND',
  projection_building: 'FREEHOLD_PROJECTION_NOT_FOUND',
  projection_same_columns: 'FREEHOLD_PROJECTION_CHANGED',
  projection_aligned: 'FREEHOLD_PROJECTION_BEHIND',
  projection_verified: 'FREEHOLD_PROJECTION_UNVERIFIED',
  projection_in_use: 'FREEHOLD_PROJECTION_IN_USE',
}
