import { errors } from 'jose'

/** A token that does not say who is asking. `message` is safe to show to the client. */
export class TokenRejected extends Error {
  /**
   * @param message - What is wrong with the token, without a word of its content.
   * @param cause - The error underneath.
   */
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'TokenRejected'
  }
}

/**
 * Turns what jose throws at a token into a {@link TokenRejected}. Any other error (an unreachable key set,
 * a defect) is not the token's fault and is thrown again as it is.
 *
 * @param error - What the verification threw.
 */
export function rejectionFrom(error: unknown): TokenRejected {
  if (error instanceof TokenRejected) return error
  if (error instanceof errors.JWTExpired) return new TokenRejected('The access token has expired.', error)
  if (error instanceof errors.JWTClaimValidationFailed)
    return new TokenRejected('The access token is not meant for this system.', error)
  if (error instanceof errors.JOSEError) return new TokenRejected('The access token is not valid.', error)
  throw error
}
