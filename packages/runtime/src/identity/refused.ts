import { FreeholdError } from '@freehold/manifest/errors'
import { errors } from 'jose'

const sentences = {
  malformed: 'it is not a token of a service',
  algorithm: 'it is not signed with EdDSA',
  expired: 'it has expired',
  'not-yet-valid': 'it is not good yet',
  'too-long-lived': 'it is good for longer than 60 seconds',
  audience: 'it is meant for another service',
  'unknown-key': 'its key belongs to no service of the system',
  signature: 'its signature is wrong',
  issuer: 'its issuer is not the service that its key belongs to',
} as const

/** Why a token is refused. */
export type TokenRefusal = keyof typeof sentences

/** The refusal of a token. Its message may be shown to whoever sent it. */
export function refused(reason: TokenRefusal, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_SERVICE_TOKEN_INVALID', {
    message: `The token of the asking service is refused: ${sentences[reason]}.`,
    details: { reason },
    cause,
  })
}

/** What jose threw at a token, as a refusal. Anything else is a defect, and is handed on as it is. */
export function refusalFrom(error: unknown): unknown {
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused('signature', error)
  if (error instanceof errors.JWTExpired) return refused('expired', error)
  if (error instanceof errors.JWTClaimValidationFailed) return refused(reasonOfClaim(error), error)
  if (error instanceof errors.JOSEAlgNotAllowed) return refused('algorithm', error)
  if (error instanceof errors.JOSEError) return refused('malformed', error)
  return error
}

function reasonOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): TokenRefusal {
  if (claim === 'aud') return 'audience'
  if (claim === 'iss') return 'issuer'
  if (claim === 'nbf' && reason === 'check_failed') return 'not-yet-valid'
  return 'malformed'
}
