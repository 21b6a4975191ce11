import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What may come from outside and go into logs, headers and audit rows. */
const acceptable = /^[A-Za-z0-9][A-Za-z0-9._-]{7,127}$/

/** The request's id: the one that it came with when that is fit to be passed on, otherwise a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && acceptable.test(given) ? given : randomUUID()
}
