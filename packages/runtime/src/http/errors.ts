import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem.js'
import { problemOf } from './problem-of-error.js'

/** Fastify's error handler: answers with a problem, and logs what the service itself did wrong. */
export function answerErrors(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (hasClientLeft(request)) request.log.info({ err: error }, 'the client went away')
  else if (problem.status >= 500) request.log.error({ err: problem.cause ?? error }, problem.message)
  else request.log.info({ status: problem.status, type: problem.type }, problem.message)
  return sendProblem(request, reply, problem)
}

function hasClientLeft(request: FastifyRequest): boolean {
  return request.raw.destroyed && !request.raw.complete
}
