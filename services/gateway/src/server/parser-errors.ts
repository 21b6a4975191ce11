import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { HttpProblem } from '@freehold/runtime/fastify'
import { bareHeaders } from '../security/headers.js'

/** What is wrong with bytes that never became a request. */
export function parserProblem(code: string | undefined): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpProblem(431, {
      slug: 'headers-too-large',
      detail: 'The head of the request is larger than 16 KiB.',
    })
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpProblem(408, { slug: 'request-timeout', detail: 'The request did not arrive in time.' })
  }
  return new HttpProblem(400, {
    slug: 'malformed-request',
    detail: 'What was sent is not a well-formed HTTP/1.1 request.',
  })
}

/** The head and the body of an answer that is given without Fastify. */
export function bareAnswer(
  problem: HttpProblem,
  requestId: string,
): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify({ ...problem.toJSON(), requestId })
  const headers = {
    ...bareHeaders,
    'x-request-id': requestId,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  return { headers, body }
}

/**
 * Answers on the bare connection and closes it: after a protocol error nothing that follows can be trusted.
 *
 * @param connection - Where it came from.
 * @param problem - What to say.
 * @param requestId - Goes into the answer.
 */
export function refuseConnection(connection: Duplex, problem: HttpProblem, requestId: string): void {
  const { headers, body } = bareAnswer(problem, requestId)
  const head = Object.entries({ ...headers, date: new Date().toUTCString() }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  connection.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}\r\n${head.join('')}\r\n${body}`,
  )
  // A client that neither reads nor hangs up must not keep it.
  setTimeout(() => connection.destroy(), 1_000).unref()
}
