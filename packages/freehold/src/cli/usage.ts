import { FreeholdError } from '@freehold/manifest/errors'

/** The error of a command line that cannot be meant. */
export function usage(message: string): FreeholdError {
  return new FreeholdError('FREEHOLD_CLI_USAGE', { message })
}
