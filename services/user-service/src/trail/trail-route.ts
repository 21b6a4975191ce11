import { jsonResponse, orNull } from '@freehold/runtime/fastify'
import { auditProblems, auditQuery, auditTag, defaultLimit } from '@notes/audit-trail'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Routes } from '../routes.js'
import { trailPage } from './merged-trail.js'
import { trailServices } from './place.js'
import type { Asker, TrailSource } from './sources.js'

const schema = {
  operationId: 'listOwnAuditTrail',
  tags: [auditTag.name],
  summary: 'What you did, and what was done to what is yours',
  description:
    'Of all services, newest first, each entry with where its proof is. A service that does not answer is named in `incomplete`: its entries are not lost but come on a later page, out of their order; or ask for the same page again. When all that is left is of such services the answer is 503.',
  querystring: Type.Object(
    {
      ...auditQuery,
      cursor: Type.Optional(
        Type.String({ maxLength: 200, description: 'The nextCursor of the page before.' }),
      ),
    },
    { additionalProperties: false },
  ),
  response: {
    200: jsonResponse(
      'A page of entries.',
      Type.Object({
        items: Type.Array(Type.Ref('AuditEntry#')),
        nextCursor: orNull(Type.String()),
        incomplete: Type.Array(Type.Enum(trailServices), {
          description: 'The services that did not answer, and whose entries are not among these.',
        }),
      }),
    ),
    ...auditProblems(400, 401, 503),
  },
}

/** `GET /api/users/me/audit` */
export function trailRoute(app: Routes, sources: readonly TrailSource[]): void {
  app.get('/api/users/me/audit', { schema }, async (request, reply) => {
    const { cursor, limit = defaultLimit, proofs } = request.query
    const query = { cursor, limit, areProven: proofs === 'inline' }
    const page = await trailPage(sources, askerOf(request), query, (service, error) =>
      request.log.warn({ err: error, service }, 'a service did not tell its part of a trail'),
    )
    return reply.send(page)
  })
}

function askerOf({ caller, id, headers }: FastifyRequest): Asker {
  const { authorization = '', traceparent } = headers
  return {
    userId: caller.userId,
    headers: {
      authorization,
      accept: 'application/json',
      'x-request-id': id,
      ...(typeof traceparent === 'string' && { traceparent }),
    },
  }
}
