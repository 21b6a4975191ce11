import type { FastifyRequest } from 'fastify'

/**
 * What a client may say to a service. A list of what passes cannot be got around by inventing a header
 * (X-User-Id, X-Original-URL, X-HTTP-Method-Override …), and no hop-by-hop header is on it. A service that
 * listens to another header of its clients adds it here.
 */
const passed = [
  'accept',
  'accept-encoding',
  'accept-language',
  'authorization',
  'cache-control',
  'content-encoding',
  'content-language',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
  'prefer',
  'traceparent',
  'tracestate',
  'user-agent',
] as const

/**
 * The head of the request to the service: what the client may say, and what the door knows.
 *
 * @param request - The client's.
 * @param host - The service's own.
 */
export function headersForService(request: FastifyRequest, host: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of passed) {
    const value = request.headers[name]
    if (value !== undefined) headers[name] = String(value)
  }
  // A token that was judged and found wanting is not passed on as if it were one.
  if (request.visitor?.access === 'either' && request.visitor.userId === undefined)
    delete headers.authorization
  headers.host = host
  headers['x-request-id'] = request.id
  headers['x-forwarded-for'] = request.ip
  headers['x-forwarded-proto'] = request.protocol
  headers['x-forwarded-host'] = request.host
  if (Buffer.isBuffer(request.body)) headers['content-length'] = String(request.body.length)
  return headers
}
