import { FreeholdError } from '@freehold/manifest/errors'

/** The error of something that has not the form that it must have: `what` begins a sentence, `why` ends it. */
export function unreadable(what: string, why: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_PROOF_UNREADABLE', { message: `${what} cannot be read: ${why}.`, cause })
}

/** The error of something that does not show what it is said to show. */
export function wrong(what: string, why: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROOF_WRONG', { message: `${what} does not hold: ${why}.` })
}
