import type { FastifyInstance } from 'fastify'
import { pathOf } from '../access/admission.js'

/** Writes one line per request, without its query, token or body. */
export function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { visitor } = request
    request.log.info(
      {
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        address: request.ip,
        ...(visitor?.userId !== undefined && { user: visitor.userId }),
      },
      'answered',
    )
    done()
  })
}
