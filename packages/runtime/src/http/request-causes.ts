import type { FastifyRequest } from 'fastify'
import type { Causes } from '../events/new-event.js'
import { isTraceparent } from '../events/text-forms.js'

/**
 * What a request passes on to the events that follow from it: its id, and its trace context when it came with one that
 * can be read. Spread it into `eventLog().append`.
 */
export function causesOf({ id, headers }: Pick<FastifyRequest, 'id' | 'headers'>): Causes {
  const given = headers['traceparent']
  const traceparent = typeof given === 'string' && isTraceparent(given) ? given : undefined
  return { correlationId: id, causationId: id, traceparent }
}
