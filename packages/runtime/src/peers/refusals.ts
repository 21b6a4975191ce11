import { FreeholdError } from '@freehold/manifest/errors'

/** A service that cannot be asked now. */
export function unavailablePeer(name: string, why: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_PEER_UNAVAILABLE', {
    message: `The service "${name}" cannot be asked now: ${why}.`,
    details: { peer: name, reason: why },
    cause,
  })
}

/** A service that answers something else than it was asked for. */
export function unreadablePeer(name: string, why: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_PEER_UNREADABLE', {
    message: `What the service "${name}" answered cannot be read: ${why}.`,
    details: { peer: name, reason: why },
    cause,
  })
}
