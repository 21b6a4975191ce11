import { expect, test } from 'vitest'
import { causesOf } from './index.js'

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('a request is the cause of its events, in the trace that it came with', () => {
  expect(causesOf({ id: 'request-1', headers: { traceparent } })).toEqual({
    correlationId: 'request-1',
    causationId: 'request-1',
    traceparent,
  })
})

test.for([undefined, '', 'nonsense', `${traceparent}x`, traceparent.replace(/^00/, 'ff')])(
  'a trace context that cannot be read is left out: %s',
  (given) => {
    expect(causesOf({ id: 'request-1', headers: { traceparent: given } }).traceparent).toBeUndefined()
  },
)
