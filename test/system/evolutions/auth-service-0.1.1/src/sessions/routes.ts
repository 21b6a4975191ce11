import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { authenticated, type Identity } from '@notes/identity'
import type { FastifyInstance } from 'fastify'
import type { OriginOf } from '../http/origin.js'
import { sessionNotFound } from '../http/problems.js'
import { needsToken, noContent, problems } from '../http/schemas.js'
import type { Parts } from '../parts.js'
import { listSessions, type SessionPage } from './list.js'
import { withLiveSession } from './live-session.js'
import { logOut, logOutWith } from './logout.js'
import { refreshSession } from './refresh.js'
import { endSession } from './revoke.js'
import {
  logoutBody,
  refreshBody,
  sessionListSchema,
  sessionParams,
  sessionsQuery,
  tokenPairSchema,
} from './schemas.js'

/** What the routes need beside the parts. */
export interface SessionRoutesOptions {
  readonly originOf: OriginOf
  readonly identity: Identity
}

/**
 * Refresh, logout, and the list of sessions.
 *
 * @param instance - The application.
 * @param parts - What the service is made of.
 * @param options - Who the caller is and where a request came from.
 */
export function sessionRoutes(instance: FastifyInstance, parts: Parts, options: SessionRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { originOf } = options
  const hasToken = authenticated(options.identity)
  const live = [hasToken, withLiveSession(parts)]

  app.post(
    '/api/auth/refresh',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'refresh',
        summary: 'Get new tokens for a refresh token',
        description:
          'The refresh token is replaced by the new one. Presenting it again revokes the session, since somebody must have a copy; there is no grace, so a client refreshes once at a time.',
        body: refreshBody,
        response: {
          200: tokenPairSchema,
          ...problems({
            400: 'The request is not valid.',
            401: 'The refresh token is unknown, expired, revoked, or was used before.',
            503: 'No database.',
          }),
        },
      },
    },
    async (request, reply) => {
      const pair = await refreshSession(parts, request.body.refreshToken, originOf(request))
      return reply.header('cache-control', 'no-store').send(pair)
    },
  )

  app.post(
    '/api/auth/logout',
    {
      preValidation: bodyMayBeAbsent,
      schema: {
        tags: ['sessions'],
        operationId: 'logout',
        summary: 'Log out: end a session',
        description:
          'Ends the session of the refresh token in the body or, without one, of the access token. No more tokens are given for it. Access tokens that were given are verified without asking, so other services accept them until they expire.',
        security: [...needsToken, {}],
        body: logoutBody,
        response: {
          204: noContent('The session has ended.'),
          ...problems({
            400: 'The request is not valid.',
            401: 'Neither a refresh token nor a good access token.',
            503: 'No database.',
          }),
        },
      },
    },
    async (request, reply) => {
      const { refreshToken } = request.body
      if (refreshToken === undefined) {
        await hasToken(request)
        await logOut(parts, request.caller, originOf(request))
      } else {
        await logOutWith(parts, refreshToken, originOf(request))
      }
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/auth/sessions',
    {
      onRequest: live,
      schema: {
        tags: ['sessions'],
        operationId: 'listSessions',
        summary: 'Where I am logged in',
        security: needsToken,
        querystring: sessionsQuery,
        response: {
          200: sessionListSchema,
          ...problems({
            400: 'The request is not valid.',
            401: 'No good access token, or its session has ended.',
            503: 'No database.',
          }),
        },
      },
    },
    async (request) =>
      represented(await listSessions(parts, request.caller, request.query), request.caller.sessionId),
  )

  app.delete(
    '/api/auth/sessions/:id',
    {
      onRequest: live,
      schema: {
        tags: ['sessions'],
        operationId: 'revokeSession',
        summary: 'Log out somewhere else',
        description: 'Unconditional: needs no If-Match.',
        security: needsToken,
        params: sessionParams,
        response: {
          204: noContent('The session has ended.'),
          ...problems({
            401: 'No good access token, or its session has ended.',
            404: 'No live session of yours.',
            503: 'No database.',
          }),
        },
      },
    },
    async (request, reply) => {
      const session = { id: request.params.id, user_id: request.caller.userId }
      const ended = await endSession(
        parts,
        session,
        'revoked',
        { action: 'session.revoked' },
        originOf(request),
      )
      if (!ended) throw sessionNotFound()
      return reply.code(204).send(null)
    },
  )
}

async function bodyMayBeAbsent(request: { body: unknown }): Promise<void> {
  request.body ??= {}
}

function represented(page: SessionPage, currentId: string) {
  const items = page.rows.map((row) => ({
    id: row.id,
    current: row.id === currentId,
    userAgent: row.user_agent,
    ip: row.ip,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }))
  return { items, nextCursor: page.next }
}
