import { expect, test } from 'vitest'
import { metadataOf } from './arrival.js'

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
