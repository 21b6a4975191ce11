import { FreeholdError } from '@freehold/manifest/errors'

/**
 * A path that cannot be written, and why.
 *
 * @param object - The table or column that it is about.
 * @param fix - What to do instead: a sentence.
 */
export function refused(object: string, reason: string, fix?: string): FreeholdError {
  return new FreeholdError('FREEHOLD_EVOLUTION_REFUSED', {
    message: `No path can be written for ${object}: ${reason}`,
    ...(fix !== undefined && { fix }),
    details: { object },
  })
}
