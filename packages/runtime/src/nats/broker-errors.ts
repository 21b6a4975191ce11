import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'

/** JetStream's own number for a publish that expected another last message. */
export const wrongLastSequence = 10_071

/** Where a stream and a log, or a stream and a cursor, are not the same. */
export interface Fork {
  readonly stream: string
  readonly position: number
  readonly reason: string
}

/** The stream holds what the log does not. */
export function streamForked(what: string, details: Fork): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_STREAM_FORKED', {
    message: `The stream "${details.stream}" is not of this life of the log: ${what}.`,
    details: { ...details },
  })
}

/** The broker does not take events now; whoever gets it tries again. */
export function notCarried(what: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_NOT_CARRIED', {
    message: `Events are not carried to NATS now: ${what}.`,
    ...(cause !== undefined && { cause }),
  })
}

/** The broker does not give events now; whoever gets it tries again. */
export function unavailable(what: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_UNAVAILABLE', {
    message: `Events do not come from NATS now: ${what}.`,
    ...(cause !== undefined && { cause }),
  })
}

/** The text of whatever was thrown. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

/** What a consumer is told of an error of the client or the broker. */
export function asUnavailable(cause: unknown): unknown {
  if (isFreeholdError(cause)) return cause
  const what = reasonOf(cause)
  if (!/permission|authoriz/i.test(what)) return unavailable(what, cause)
  return new FreeholdError('FREEHOLD_EVENTS_REFUSED', {
    message: `NATS does not let this service read the events: ${what}.`,
    fix: 'Compare the permissions of the user in NATS with docs/events/nats.md.',
    cause,
  })
}
