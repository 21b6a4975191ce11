import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'

/** Between two neighbours only (RFC 9110 7.6.1), or nobody's business. */
const dropped: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-powered-by',
])

/**
 * What of a service's head reaches the client. What the door itself has set (request id, security headers,
 * limits, CORS) stays as it is; `Vary` is joined.
 *
 * @param headers - The service's, in small letters.
 * @param reply - The door's answer so far.
 */
export function headersForClient(headers: IncomingHttpHeaders, reply: FastifyReply): IncomingHttpHeaders {
  const own = new Set(namesIn(headers.connection))
  const kept: IncomingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers)) {
    if (dropped.has(name) || own.has(name) || name.startsWith('access-control-')) continue
    if (name === 'vary')
      kept.vary = [...new Set([...namesIn(reply.getHeader('vary')), ...namesIn(value)])].join(', ')
    else if (!reply.hasHeader(name)) kept[name] = value
  }
  return kept
}

function namesIn(header: number | string | readonly string[] | undefined): string[] {
  const lines = Array.isArray(header) ? header : [header ?? '']
  return lines
    .join(',')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}
