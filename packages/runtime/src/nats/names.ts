import { randomBytes } from 'node:crypto'
import { FreeholdError } from '@freehold/manifest/errors'

/** The first token of every subject, unless another one is given. */
export const defaultPrefix = 'freehold'

/** The headers of a message, beside those of JetStream. */
export const natsHeaders = {
  /** The id of the life of the log. */
  epoch: 'Freehold-Epoch',
  /** The place in the log, which is also the sequence in the stream. */
  position: 'Freehold-Position',
  /** The id of the segment that holds the position. */
  segment: 'Freehold-Segment',
} as const

/**
 * The stream of a service: `freehold_notes`.
 *
 * @param prefix - One token; letters, digits, `-` and `_`.
 * @param service - The name of the publishing service.
 * @throws FreeholdError `FREEHOLD_EVENTS_NOT_CARRIED` when the prefix is no token.
 */
export function streamOf(prefix: string, service: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(prefix)) return `${prefix}_${service}`
  throw new FreeholdError('FREEHOLD_EVENTS_NOT_CARRIED', {
    message: `"${prefix}" cannot be the first token of subjects in NATS.`,
    fix: 'Use letters, digits, "-" and "_".',
  })
}

/**
 * The subject of a type: `freehold.notes.note-revised.v1`. A type has three parts, the first of which is its service,
 * so that a subject says all of it and `freehold.notes.>` is all that a service tells.
 */
export function subjectOf(prefix: string, type: string): string {
  return `${prefix}.${type}`
}

/** All subjects of a service. */
export function subjectsOf(prefix: string, service: string): string {
  return `${prefix}.${service}.>`
}

/**
 * A name for what the server keeps of one subscription: `billing-invoices-k3v9x2a1`. Instances of a consumer have
 * cursors of their own, so each subscription has a name of its own.
 *
 * @param consumer - `<service>.<consumer>`.
 */
export function subscriptionName(consumer: string): string {
  return `${consumer.replaceAll(/[^A-Za-z0-9_-]/g, '-')}-${randomBytes(6).toString('hex')}`
}
