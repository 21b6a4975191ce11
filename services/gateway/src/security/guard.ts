import type { IncomingHttpHeaders } from 'node:http'
import { HttpProblem } from '@freehold/runtime/fastify'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { targetRefusal } from './target.js'

/** A host name or address with or without a port; it goes into links and forwarded headers. */
const host = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/

/**
 * Refuses requests that are well-formed HTTP but that no honest client of this API sends, before routes,
 * limits or services see them.
 *
 * @param app - The door.
 * @param largestBody - In bytes.
 */
export function guardRequests(app: FastifyInstance, largestBody: number): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusalOf(request) ?? headProblem(request.headers, largestBody))
  })
}

function headProblem(headers: IncomingHttpHeaders, largestBody: number): HttpProblem | undefined {
  if (!host.test(headers.host ?? '')) {
    return new HttpProblem(400, {
      slug: 'malformed-request',
      detail: 'The request needs one Host header with a host in it.',
    })
  }
  if (headers.upgrade?.toLowerCase().includes('websocket') === true) {
    const detail = 'This API does not speak WebSocket; ask with plain HTTP requests.'
    return new HttpProblem(400, { slug: 'upgrade-refused', detail })
  }
  // Fastify looks at the length only where it expects a body.
  if (Number(headers['content-length'] ?? 0) <= largestBody) return undefined
  const detail = `The body may have at most ${largestBody} bytes.`
  return new HttpProblem(413, { slug: 'body-too-large', detail, headers: { connection: 'close' } })
}

/** The problem with a request's target, if there is one. */
export function refusalOf(request: Pick<FastifyRequest, 'raw'>): HttpProblem | undefined {
  const refusal = targetRefusal(request.raw.url ?? '')
  if (refusal === undefined) return undefined
  const { status, detail } = refusal
  return new HttpProblem(status, { slug: status === 414 ? 'url-too-long' : 'malformed-url', detail })
}
