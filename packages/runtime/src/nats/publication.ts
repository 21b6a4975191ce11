import { natsSubject } from '@freehold/manifest'
import { headers, type MsgHdrs } from '@nats-io/transport-node'
import { toCloudEvent, type Epoch, type SealedEvent } from '../events/index.js'
import { natsHeaders } from './names.js'

/** An event as a message. */
export interface Publication {
  readonly position: number
  readonly segment: string
  readonly epoch: string
  readonly subject: string
  readonly headers: MsgHdrs
  readonly payload: Buffer
}

/**
 * Makes messages of events. Each expects the one before it to be the last of the stream: so nothing is stored twice
 * or out of order, whoever else publishes, and when one is not stored those after it are not either.
 */
export function publicationOf(
  prefix: string,
  service: string,
  event: SealedEvent,
  epoch: string,
): Publication {
  const { position, segment } = event
  const written = headers()
  written.set('Nats-Msg-Id', `${epoch}:${position}`)
  written.set('Nats-Expected-Last-Sequence', String(position - 1))
  written.set('Content-Type', 'application/cloudevents+json')
  written.set(natsHeaders.position, String(position))
  written.set(natsHeaders.segment, segment)
  written.set(natsHeaders.epoch, epoch)
  return {
    position,
    segment,
    epoch,
    subject: natsSubject(event.type, prefix),
    headers: written,
    payload: Buffer.from(JSON.stringify(toCloudEvent(service, event))),
  }
}

/** The id of the life that a position was sealed in. */
export function epochAt(epochs: readonly Epoch[], position: number): string {
  return epochs.findLast(({ first_position: first }) => first <= position)?.id ?? ''
}
