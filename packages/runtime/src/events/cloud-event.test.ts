import { CloudEvent as OfficialCloudEvent, HTTP } from 'cloudevents'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromCloudEvent, toCloudEvent } from './index.js'
import type { SealedEvent } from './index.js'

const sealed: SealedEvent = {
  position: 12,
  segment: '0198c0de-0000-4000-8000-000000000001',
  id: '0198c0de-0000-7000-8000-000000000002',
  type: 'notes.note-revised.v1',
  key: 'n-1',
  at: new Date('2026-11-24T10:00:00.123Z'),
  data: { noteId: 'n-1', version: 2 },
  correlation_id: 'c-1',
  causation_id: 'c-2',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
}

const sent = (event: SealedEvent = sealed): unknown =>
  JSON.parse(JSON.stringify(toCloudEvent('notes', event)))

test('an event has the attributes of CloudEvents 1.0, as the official library has them', () => {
  const event = toCloudEvent('notes', sealed)
  expect(event).toEqual({
    specversion: '1.0',
    id: sealed.id,
    source: '/notes',
    type: 'notes.note-revised.v1',
    subject: 'n-1',
    time: '2026-11-24T10:00:00.123Z',
    datacontenttype: 'application/json',
    data: { noteId: 'n-1', version: 2 },
    position: '12',
    segment: sealed.segment,
    correlationid: 'c-1',
    causationid: 'c-2',
    traceparent: sealed.traceparent,
  })
  expect(new OfficialCloudEvent({ ...event }).validate()).toBe(true)
  const message = {
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify([event, toCloudEvent('notes', { ...sealed, correlation_id: null })]),
  }
  const read = HTTP.toEvent(message) as OfficialCloudEvent[]
  expect(read.map((each) => ({ ...each.toJSON() }))[0]).toMatchObject(event)
  expect(read.every((each) => each.validate())).toBe(true)
})

test('what is empty or absent is no attribute', () => {
  const bare = { ...sealed, correlation_id: null, causation_id: '', traceparent: null }
  const event = sent(bare)
  expect(event).not.toHaveProperty('correlationid')
  expect(event).not.toHaveProperty('causationid')
  expect(event).not.toHaveProperty('traceparent')
  expect(fromCloudEvent(event)).toMatchObject({ correlationId: undefined, traceparent: undefined })
})

test('every event arrives as it was sent', () => {
  const text = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null })
  fc.assert(
    fc.property(
      fc.record({
        position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        segment: fc.uuid(),
        id: fc.uuid(),
        key: fc.string({ minLength: 1, unit: 'grapheme' }),
        at: fc.date({
          min: new Date('1970-01-01'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        data: fc.jsonValue(),
        correlation_id: text,
        causation_id: text,
      }),
      (made) => {
        const event = { ...sealed, ...made, data: JSON.parse(JSON.stringify(made.data)) as unknown }
        expect(fromCloudEvent(sent(event))).toEqual({
          position: event.position,
          segment: event.segment,
          id: event.id,
          source: 'notes',
          type: event.type,
          subject: event.key,
          time: event.at,
          data: event.data,
          correlationId: event.correlation_id ?? undefined,
          causationId: event.causation_id ?? undefined,
          traceparent: event.traceparent,
        })
      },
    ),
  )
})

test('attributes that others add are let through, and a trace that is garbled is left out', () => {
  const more = { ...(sent() as object), partitionkey: 'x', traceparent: '01-what', causationid: null }
  expect(fromCloudEvent(more)).toMatchObject({ position: 12, traceparent: undefined, causationId: undefined })
  const { datacontenttype: _, ...untyped } = sent() as Record<string, unknown>
  expect(fromCloudEvent(untyped)).toMatchObject({ position: 12 })
  expect(fromCloudEvent({ ...untyped, data: null })).toMatchObject({ data: null })
})

test.each([
  ['specversion', ['0.3', undefined, 1]],
  ['id', ['', 'x', undefined, 7, null]],
  ['source', ['notes', '/notes/x', '//notes', '/Notes', '/auth', undefined, {}]],
  ['type', ['notes.note-revised', 'auth.note-revised.v1', `notes.${'n'.repeat(200)}.v1`, undefined]],
  ['subject', ['', undefined, 7]],
  ['time', ['yesterday', '2026-11-24', '2026-13-45T00:00:00Z', '2026-11-24T10:00:00', 0, undefined]],
  ['datacontenttype', ['text/xml', null]],
  ['data', [undefined]],
  ['position', [12, '0', '-1', '1.5', '012', '1e3', '9007199254740993', '٣', undefined]],
  ['segment', ['x', '', undefined]],
  ['correlationid', ['', 7, {}]],
])('an event whose %s is none is refused, and says why', (attribute, values) => {
  for (const value of values) {
    const { [attribute]: _, ...others } = sent() as Record<string, unknown>
    const broken = value === undefined ? others : { ...others, [attribute]: value }
    expect(() => fromCloudEvent(broken)).toThrow(
      expect.objectContaining({
        code: 'FREEHOLD_EVENTS_UNREADABLE',
        // Of two that do not go together, either may be the wrong one.
        details: { attribute: value === '/auth' ? 'type' : attribute, reason: expect.any(String) as string },
      }),
    )
  }
})

test.each([undefined, null, 'text', 7, [], [sent()]])('%j is no event', (json) => {
  expect(() => fromCloudEvent(json)).toThrow(expect.objectContaining({ code: 'FREEHOLD_EVENTS_UNREADABLE' }))
})
