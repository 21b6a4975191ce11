import { FreeholdError } from '@freehold/manifest/errors'

/**
 * The error for a part of a log that was archived.
 *
 * @param keptAfter - The last position that was archived: after it all is there.
 */
export function archived(service: string, after: number, keptAfter: number): FreeholdError {
  const firstPosition = keptAfter + 1
  return new FreeholdError('FREEHOLD_EVENTS_ARCHIVED', {
    message: `What "${service}" tells after position ${after} was archived; the first event that is there is at ${firstPosition}.`,
    details: { service, after, firstPosition },
  })
}
