import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { etagOf } from '@freehold/runtime/fastify'
import type { FastifyInstance } from 'fastify'
import { needsToken, noContent, problems } from '../http/schemas.js'
import type { OriginOf } from '../http/origin.js'
import type { Parts } from '../parts.js'
import { tokenPairSchema } from '../sessions/schemas.js'
import { startSession } from '../sessions/start.js'
import { authenticate } from './authenticate.js'
import { changePassword } from './change-password.js'
import { closeAccount } from './close-account.js'
import type { CredentialsRow } from './credentials.js'
import { register } from './register.js'
import { accountSchema, closingBody, loginBody, passwordBody, registrationBody } from './schemas.js'

/** What the routes need beside the parts. */
export interface AccountRoutesOptions {
  readonly originOf: OriginOf
  /** Lets only callers through whose session is live. */
  readonly authenticate: readonly ((request: Parameters<OriginOf>[0]) => Promise<void>)[]
}

/**
 * Registration, login, password, and the end of it.
 *
 * @param instance - The application.
 * @param parts - What the service is made of.
 * @param options - Who the caller is and where a request came from.
 */
export function accountRoutes(instance: FastifyInstance, parts: Parts, options: AccountRoutesOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { originOf } = options

  app.post(
    '/api/auth/register',
    {
      schema: {
        tags: ['accounts'],
        operationId: 'register',
        summary: 'Make an account',
        body: registrationBody,
        response: {
          201: accountSchema,
          ...problems({
            400: 'The request is not valid.',
            409: 'The address has an account.',
            413: 'Too large.',
            415: 'Not JSON.',
            503: 'Overloaded, or no database.',
          }),
        },
      },
    },
    async (request, reply) => {
      const account = await register(parts, request.body, originOf(request))
      return reply.code(201).header('etag', etagOf(account.version)).send(represented(account))
    },
  )

  app.post(
    '/api/auth/login',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'login',
        summary: 'Log in: start a session',
        description:
          'The access token is signed and is verified without asking: it is good until it expires, also after logout. The refresh token gives new tokens, once.',
        body: loginBody,
        response: {
          200: tokenPairSchema,
          ...problems({
            400: 'The request is not valid.',
            401: 'Wrong password or unknown address: neither the answer nor its time tells which.',
            413: 'Too large.',
            415: 'Not JSON.',
            503: 'Overloaded, or no database.',
          }),
        },
      },
    },
    async (request, reply) => {
      const origin = originOf(request)
      const pair = await startSession(parts, await authenticate(parts, request.body, origin), origin)
      return reply.header('cache-control', 'no-store').send(pair)
    },
  )

  app.post(
    '/api/auth/password',
    {
      onRequest: [...options.authenticate],
      schema: {
        tags: ['accounts'],
        operationId: 'changePassword',
        summary: 'Change the password',
        description: 'Revokes the other sessions of the account; this one stays.',
        security: needsToken,
        body: passwordBody,
        response: {
          204: noContent('The password was changed.'),
          ...problems({
            400: 'The request is not valid.',
            401: 'No good access token, or its session has ended.',
            403: 'The current password is wrong.',
            409: 'Another request changed the password at the same time.',
            503: 'Overloaded, or no database.',
          }),
        },
      },
    },
    async (request, reply) => {
      await changePassword(parts, request.caller, request.body, originOf(request))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/api/auth/close',
    {
      onRequest: [...options.authenticate],
      schema: {
        tags: ['accounts'],
        operationId: 'closeAccount',
        summary: 'Close the account, for good',
        description:
          'Ends all sessions and erases the account. Profile and notes are erased within moments, and what audit logs and histories hold of them can be read by nobody any more. There is no way back.',
        security: needsToken,
        body: closingBody,
        response: {
          204: noContent('The account is closed.'),
          ...problems({
            400: 'The request is not valid.',
            401: 'No good access token, or its session has ended.',
            403: 'The current password is wrong.',
            503: 'Overloaded, or no database.',
          }),
        },
      },
    },
    async (request, reply) => {
      await closeAccount(parts, request.caller, request.body, originOf(request))
      return reply.code(204).send(null)
    },
  )
}

function represented(account: CredentialsRow) {
  return {
    id: account.id,
    email: account.email,
    version: account.version,
    createdAt: account.created_at.toISOString(),
    updatedAt: account.updated_at.toISOString(),
  }
}
