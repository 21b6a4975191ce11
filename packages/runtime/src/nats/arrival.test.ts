import { randomUUID } from 'node:crypto'
import { headers, type Msg } from '@nats-io/transport-node'
import { describe, expect, test } from 'vitest'
import { toCloudEvent } from '../events/index.js'
import { metadataOf, readArrival } from './arrival.js'
import { natsHeaders } from './names.js'

const placed = { sequence: 12, sent: 5, pending: 3 }

test.each([
  ['as all servers have it', '$JS.ACK.freehold_notes.billing-a1.1.12.5.1700000000000000000.3', placed],
  [
    'with domain and account',
    '$JS.ACK.hub.A5F.freehold_notes.billing-a1.1.12.5.1700000000000000000.3.x7',
    placed,
  ],
  ['without the last token', '$JS.ACK._.A5F.freehold_notes.billing-a1.1.12.5.1700000000000000000.3', placed],
  ['a heartbeat', undefined, undefined],
  ['another reply', '_INBOX.abc.1', undefined],
  ['garbage', '$JS.ACK.a.b.c.d.e.f.g', undefined],
  ['too little', '$JS.ACK.a', undefined],
])('where a message stands: %s', (_, reply, metadata) => {
  expect(metadataOf(reply)).toEqual(metadata)
})

describe('a message is read', () => {
  const [segment, epoch, id] = [randomUUID(), randomUUID(), randomUUID()]
  const event = toCloudEvent('notes', {
    position: 12,
    segment,
    id,
    type: 'notes.revised.v1',
    key: 'k',
    at: new Date(0),
    data: { n: 1 },
    correlation_id: null,
    causation_id: null,
    traceparent: null,
  })

  /** Only what is read of a message. */
  function message(
    body: unknown,
    subject = 'freehold.notes.revised.v1',
    said: { segment: string; epoch: string } = { segment, epoch },
  ): Msg {
    const written = headers()
    written.set(natsHeaders.segment, said.segment)
    if (said.epoch !== '') written.set(natsHeaders.epoch, said.epoch)
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return { subject, headers: written, json: () => JSON.parse(text) as unknown } as unknown as Msg
  }
  const read = (given: Msg) => readArrival('freehold', 'notes', { ...placed, message: given })

  test('when it is what it should be', () => {
    expect(read(message(event))).toMatchObject({
      event: { position: 12, id, source: 'notes', subject: 'k', data: { n: 1 } },
      cursor: { position: 12, segment, epoch },
    })
  })

  test.each([
    ['no JSON', message('{'), 'it is not JSON'],
    ['no event', message({}), 'specversion'],
    [
      'of another service',
      message({ ...event, source: '/auth', type: 'auth.revised.v1' }),
      'it is of "auth"',
    ],
    ['of another type', message(event, 'freehold.notes.deleted.v1'), 'it is of the type notes.revised.v1'],
    ['of another position', message({ ...event, position: '13' }), 'it is of position 13'],
    ['of another segment', message(event, undefined, { segment: randomUUID(), epoch }), 'Freehold-Segment'],
    ['without an epoch', message(event, undefined, { segment, epoch: '' }), 'Freehold-Epoch'],
  ])('and refused with its subject and sequence when it is %s', (_, given, reason) => {
    expect(() => read(given)).toThrow(
      expect.objectContaining({
        code: 'FREEHOLD_EVENTS_UNREADABLE',
        message: expect.stringContaining(reason) as string,
        details: expect.objectContaining({ subject: given.subject, sequence: 12 }) as object,
      }),
    )
  })
})
