import { eventTypeParts } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { SealedEvent } from './sealed-events.js'
import { isTraceparent, isUuid } from './text-forms.js'
import type { Delivered } from './transport.js'

/**
 * An event in the structured JSON mode of CloudEvents 1.0
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). A batch is a list of these.
 */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  /** `/<service>`: a URI reference, relative to wherever the system is. */
  readonly source: string
  readonly type: string
  /** The key, by which events are in order. */
  readonly subject: string
  /** When it was appended: RFC 3339, in UTC. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: unknown
  /** The place in the log, in decimals: an integer of CloudEvents has but 32 bits. */
  readonly position: string
  /** The id of the segment that holds the position. */
  readonly segment: string
  readonly correlationid?: string
  readonly causationid?: string
  /** The W3C trace context. */
  readonly traceparent?: string
}

/**
 * A sealed event as others get it.
 *
 * @param service - The name of the service that publishes it.
 */
export function toCloudEvent(service: string, event: SealedEvent): CloudEvent {
  const { correlation_id: correlationid, causation_id: causationid, traceparent } = event
  return {
    specversion: '1.0',
    id: event.id,
    source: `/${service}`,
    type: event.type,
    subject: event.key,
    time: event.at.toISOString(),
    datacontenttype: 'application/json',
    data: event.data,
    position: String(event.position),
    segment: event.segment,
    // An attribute of CloudEvents is never empty, and what was appended in plain SQL may be.
    ...(correlationid && { correlationid }),
    ...(causationid && { causationid }),
    ...(traceparent && { traceparent }),
  }
}

/**
 * Reads what another service sent. It is not trusted: every attribute is looked at. Attributes that are not
 * known are let through unread, because those who carry events may add theirs. Whether the data fits its
 * contract was judged when it was appended.
 *
 * @param json - One event, parsed from JSON.
 * @throws FreeholdError `FREEHOLD_EVENTS_UNREADABLE`, with the attribute and the reason in its details.
 */
export function fromCloudEvent(json: unknown): Delivered {
  const attributes = recordOf(json)
  literal(attributes, 'specversion', '1.0')
  if (attributes['datacontenttype'] !== undefined) literal(attributes, 'datacontenttype', 'application/json')
  const type = text(attributes, 'type')
  const source = sourceOf(attributes)
  if (eventTypeParts(type)?.service !== source) throw unreadable('type', `is no type of "${source}"`)
  if (!Object.hasOwn(attributes, 'data')) throw unreadable('data', 'is missing')
  return {
    position: positionOf(attributes),
    segment: uuid(attributes, 'segment'),
    id: uuid(attributes, 'id'),
    source,
    type,
    subject: text(attributes, 'subject'),
    time: timeOf(attributes),
    data: attributes['data'],
    correlationId: optionalText(attributes, 'correlationid'),
    causationId: optionalText(attributes, 'causationid'),
    traceparent: traceparentOf(attributes),
  }
}

type Attributes = Readonly<Record<string, unknown>>

function recordOf(json: unknown): Attributes {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Attributes
  throw unreadable('', 'is not an object')
}

function literal(attributes: Attributes, name: string, expected: string): void {
  if (attributes[name] !== expected) throw unreadable(name, `is not "${expected}"`)
}

function text(attributes: Attributes, name: string): string {
  const value = attributes[name]
  if (typeof value === 'string' && value !== '') return value
  throw unreadable(name, value === undefined ? 'is missing' : 'is not a text with something in it')
}

/** JSON's null stands for an attribute that is absent. */
function optionalText(attributes: Attributes, name: string): string | undefined {
  return attributes[name] === undefined || attributes[name] === null ? undefined : text(attributes, name)
}

function uuid(attributes: Attributes, name: string): string {
  const value = text(attributes, name)
  if (!isUuid(value)) throw unreadable(name, 'is not a UUID')
  return value
}

function sourceOf(attributes: Attributes): string {
  const [, service] = /^\/([a-z][a-z0-9_]*)$/.exec(text(attributes, 'source')) ?? []
  if (service === undefined) throw unreadable('source', 'is not /<service>')
  return service
}

function positionOf(attributes: Attributes): number {
  const value = text(attributes, 'position')
  const position = Number(value)
  if (/^[1-9][0-9]*$/.test(value) && Number.isSafeInteger(position)) return position
  throw unreadable('position', 'is not a whole number from 1 up')
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

function timeOf(attributes: Attributes): Date {
  const value = text(attributes, 'time')
  const time = new Date(value)
  if (!rfc3339.test(value) || Number.isNaN(time.getTime()))
    throw unreadable('time', 'is not an RFC 3339 time')
  return time
}

function traceparentOf(attributes: Attributes): string | undefined {
  const value = optionalText(attributes, 'traceparent')
  // A trace is a convenience: one of a later version, or of a proxy that garbled it, must not stop the events.
  return value !== undefined && isTraceparent(value) ? value : undefined
}

function unreadable(attribute: string, reason: string): FreeholdError {
  const what = attribute === '' ? 'What was sent' : `Its attribute "${attribute}"`
  return new FreeholdError('FREEHOLD_EVENTS_UNREADABLE', {
    message: `An event cannot be read. ${what} ${reason}.`,
    details: { attribute, reason },
  })
}
