import type { Msg } from '@nats-io/transport-node'
import { natsSubject } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { fromCloudEvent, type Cursor, type Delivered } from '../events/index.js'
import { natsHeaders } from './names.js'

/** Where a message stands, as the server says in the subject to which it is acknowledged. */
export interface Metadata {
  /** The sequence in the stream, which is the position. */
  readonly sequence: number
  /** Counts what the server sent to this subscription, so that a loss on the way shows. */
  readonly sent: number
  /** How many messages that the subscription wants come after it. */
  readonly pending: number
}

/** A message of the stream as it arrived; it is read when it is its turn. */
export interface Arrival extends Metadata {
  readonly message: Msg
}

/**
 * Reads where a message stands: `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<sent>.<time>.<pending>`, or the
 * longer form of later servers, `$JS.ACK.<domain>.<account>.<stream>.…`
 * (https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-15.md).
 *
 * @returns Nothing when the message is none of a stream.
 */
export function metadataOf(reply: string | undefined): Metadata | undefined {
  const tokens = (reply ?? '').split('.')
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined
  const first = tokens.length === 9 ? 4 : 6
  const [sequence, sent, , pending] = tokens.slice(first + 1, first + 5).map(Number)
  if (sequence === undefined || sent === undefined || pending === undefined) return undefined
  if (![sequence, sent, pending].every(Number.isSafeInteger)) return undefined
  return { sequence, sent, pending }
}

/**
 * Reads a message. Nothing in it is believed: it is an event of the service, at the place where it stands in the
 * stream, and of the type that its subject says.
 *
 * @throws FreeholdError `FREEHOLD_EVENTS_UNREADABLE`, with the subject and the sequence in its details.
 */
export function readArrival(
  prefix: string,
  source: string,
  { message, sequence }: Arrival,
): { event: Delivered; cursor: Cursor } {
  const refuse = (reason: string, cause?: unknown): FreeholdError =>
    new FreeholdError('FREEHOLD_EVENTS_UNREADABLE', {
      message: `The message ${sequence} of the subject "${message.subject}" in NATS cannot be read: ${reason}.`,
      fix: 'See who else may publish to the subjects of the service, and begin the stream anew.',
      details: { subject: message.subject, sequence, reason },
      ...(cause !== undefined && { cause }),
    })
  const event = eventOf(message, refuse)
  if (event.source !== source) throw refuse(`it is of "${event.source}"`)
  if (natsSubject(event.type, prefix) !== message.subject) throw refuse(`it is of the type ${event.type}`)
  if (event.position !== sequence) throw refuse(`it is of position ${event.position}`)
  if (message.headers?.get(natsHeaders.segment) !== event.segment)
    throw refuse(`the header ${natsHeaders.segment} is not that of the event`)
  const epoch = message.headers.get(natsHeaders.epoch)
  if (epoch === '') throw refuse(`the header ${natsHeaders.epoch} is missing`)
  return { event, cursor: { position: sequence, segment: event.segment, epoch } }
}

function eventOf(message: Msg, refuse: (reason: string, cause: unknown) => FreeholdError): Delivered {
  try {
    return fromCloudEvent(message.json())
  } catch (error) {
    const reason = isFreeholdError(error) ? error.message : 'it is not JSON'
    throw refuse(reason.replace(/\.$/, ''), error)
  }
}
