import { FreeholdError } from '@freehold/manifest/errors'

/**
 * The error of a file of keys that cannot be used.
 *
 * @param file - Its path.
 * @param what - What is wrong with it: the end of a sentence that begins with its name. Never a word of its content.
 * @param cause - The error underneath; not that of a parser, which may quote a private key.
 */
export function unreadable(file: string, what: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_SERVICE_IDENTITY_UNREADABLE', {
    message: `${file} ${what}.`,
    details: { file },
    cause,
  })
}
