import { FreeholdError } from '@freehold/manifest/errors'
import { JsonValue } from '../statements/json.js'

/** What is in a value that goes into a column; null for nothing. */
export function plainIn(value: unknown): unknown {
  return (value instanceof JsonValue ? value.value : value) ?? null
}

/** A personal value whose row says nothing about whom it is. */
export function subjectMissing(service: string, name: string, subject: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PERSONAL_SUBJECT_MISSING', {
    message: `Something personal was to be kept in "${name}" of ${service}, and its "${subject}" was not given.`,
    details: { service, name, subject },
  })
}
