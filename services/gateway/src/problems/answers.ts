import { answerErrors, HttpProblem, sendProblem } from '@freehold/runtime/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusalOf } from '../security/guard.js'
import { bareHeaders } from '../security/headers.js'

/** What a service may have said of a body that is not sent after all. */
const bodyHeaders = [
  'content-length',
  'content-encoding',
  'content-language',
  'etag',
  'last-modified',
  'location',
  'cache-control',
]

/**
 * Answers every error of the door as a problem document, and none with its cause.
 *
 * @param app - The door.
 */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    for (const name of bodyHeaders) reply.removeHeader(name)
    return answerErrors(error, request, reply)
  })
  app.setNotFoundHandler((request, reply) => {
    const detail = 'There is nothing at this address. GET /api/docs shows what there is.'
    return sendProblem(request, reply, new HttpProblem(404, { slug: 'not-found', detail }))
  })
}

/**
 * Answers what Fastify cannot route, before any hook has run.
 *
 * @param error - Fastify's.
 * @param request - The request.
 * @param reply - Has no headers yet.
 */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ ...bareHeaders, 'x-request-id': request.id })
  answerErrors(refusalOf(request) ?? error, request, reply)
}
