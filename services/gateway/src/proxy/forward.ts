import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { headersForClient } from './answer-headers.js'
import { endWithin } from './deadline.js'
import { neverArrived, notAsked, unanswered } from './failures.js'
import { headersForService } from './request-headers.js'
import type { Upstream } from './upstream.js'

/** Before a reading request is sent again to a service that refused the connection, in milliseconds. */
const pauseBeforeRetry = 100

/**
 * Sends a request on to its service, as it is, and the answer back as it comes.
 *
 * @param upstream - The service.
 * @param answerTimeout - Until the answer is through, in milliseconds.
 * @returns A handler for the routes of the service.
 */
export function forwardTo(
  upstream: Upstream,
  answerTimeout: number,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const { name, url, gate } = upstream

  return (request, reply) => {
    const entered = gate.enter()
    if (entered !== 'open') throw notAsked(name, entered)
    let left = false
    const leave = (answered: boolean): void => {
      if (!left) gate.leave(answered)
      left = true
    }

    try {
      return reply.from(undefined, {
        // The bytes as they came; without this they would be taken for a value to encode.
        ...bodyOf(request),
        rewriteRequestHeaders: () => headersForService(request, url.host),
        rewriteHeaders: (headers) => headersForClient(headers, reply),
        // Called once with the outcome of every attempt, also when the client has hung up meanwhile.
        retryDelay: ({ err, attempt }) => {
          const again = attempt === 0 && isReading(request) && neverArrived(err)
          if (!again) leave(!err)
          return again ? pauseBeforeRetry : null
        },
        onError: (_reply, { error }) => {
          leave(false)
          void reply.send(unanswered(name, error))
        },
        onResponse: (_request, _reply, response) => {
          // The wider type of reply-from stands for what undici gives: a stream of the body.
          const body = (response as unknown as { stream: Readable }).stream
          if (reply.sent) body.destroy()
          else void reply.send(endWithin(body, answerTimeout))
        },
      })
    } catch (error) {
      leave(true)
      throw error
    }
  }
}

function isReading(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

function bodyOf(request: FastifyRequest): { body?: Buffer; contentType?: string } {
  if (!Buffer.isBuffer(request.body)) return {}
  return { body: request.body, contentType: request.headers['content-type'] ?? 'application/octet-stream' }
}
