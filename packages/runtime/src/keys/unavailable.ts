import { FreeholdError } from '@freehold/manifest/errors'

/** What is thrown when a part of the store is not there, or may not be used. */
export function unavailable(path: string, what: string, cause: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_KEY_STORE_UNAVAILABLE', {
    message: `${path} ${what}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    details: { path },
    cause,
  })
}
