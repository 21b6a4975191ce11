import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { jsonResponse, orNull } from '@freehold/runtime/fastify'
import '@notes/identity'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { AuditTrail } from './audit-trail.js'
import { auditTag } from './entry-schema.js'
import { auditProblems } from './problems.js'

/** The most entries in one answer, where the client does not say. */
export const defaultLimit = 20

/** A place in a log that JavaScript can count to. */
const seqPattern = '^[1-9]\\d{0,14}$'

/** The query parameters of every list of entries. */
export const auditQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: defaultLimit,
      description: 'The most entries in one answer.',
    }),
  ),
  proofs: Type.Optional(
    Type.Enum(['href', 'inline'], {
      default: 'href',
      description: 'Whether entries say where their proofs are, or have them with them.',
    }),
  ),
}

/** Where the routes are, and what they are called. */
export interface TrailRoutesOptions {
  readonly trail: AuditTrail
  /** The list's path, for instance `/api/notes/audit`. */
  readonly path: string
  /** The service's name in operation ids, for instance `Notes`. */
  readonly name: string
  /** What the list is of, for its summary. */
  readonly summary: string
}

/**
 * `GET <path>` and `GET <path>/{seq}/proof`, for callers that are authenticated. `auditSchemas` must have been added to the
 * application.
 */
export function trailRoutes(
  instance: FastifyInstance,
  { trail, path, name, summary }: TrailRoutesOptions,
): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const shared = { tags: [auditTag.name], security: [{ accessToken: [] }] }

  app.get(
    path,
    {
      schema: {
        ...shared,
        operationId: `list${name}AuditEntries`,
        summary,
        description:
          'Newest first. An entry that is signed has a proof, which can be checked without us. Entries that are written meanwhile do not disturb the pages that follow.',
        querystring: Type.Object(
          {
            ...auditQuery,
            cursor: Type.Optional(
              Type.String({
                pattern: seqPattern,
                description: 'The nextCursor of the page before, or the seq of any entry: those before it.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: {
          200: jsonResponse(
            'A page of entries.',
            Type.Object({ items: Type.Array(Type.Ref('AuditEntry#')), nextCursor: orNull(Type.String()) }),
          ),
          ...auditProblems(400, 401, 503),
        },
      },
    },
    async (request, reply) => {
      const { limit = defaultLimit, cursor, proofs } = request.query
      const page = await trail.page(request.caller.userId, {
        before: cursor === undefined ? undefined : Number(cursor),
        limit,
        areProven: proofs === 'inline',
      })
      return reply.send(page)
    },
  )

  app.get(
    `${path}/:seq/proof`,
    {
      schema: {
        ...shared,
        operationId: `prove${name}AuditEntry`,
        summary: 'Download the proof of an entry',
        description:
          'A file for docs/seals/check-proof.mjs. It proves the whole row, with the columns that the list leaves out.',
        params: Type.Object({
          seq: Type.String({ pattern: seqPattern, description: 'The seq of an entry of yours.' }),
        }),
        response: {
          200: {
            ...jsonResponse('The proof.', { $ref: 'RowProof#' }),
            headers: {
              'content-disposition': { type: 'string', description: 'Names the file.' },
            },
          },
          ...auditProblems(401, 404, 409, 503),
        },
      },
    },
    async (request, reply) => {
      const proof = await trail.proof(request.caller.userId, Number(request.params.seq))
      const file = `${proof.service}-${proof.log}-${proof.position}.proof.json`
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="${file}"`)
        .send(`${JSON.stringify(proof, null, 2)}\n`)
    },
  )
}
