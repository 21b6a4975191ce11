import { HttpProblem } from '@freehold/runtime/fastify'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../caller.js'
import type { Identity } from '../identity.js'
import { KeysUnavailable } from '../keys/key-source.js'
import { TokenRejected } from '../tokens/rejection.js'
import { bearerToken } from './bearer-token.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking. Set by {@link authenticated}: a route without that hook has none. */
    caller: Caller
  }
}

/**
 * A hook (`onRequest` or `preHandler`) that lets only requests with a good access token through, and puts
 * the caller on the request. The others get 401, or 503 while no key could be read.
 *
 * @param identity - What verifies the tokens.
 */
export function authenticated(identity: Identity): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = bearerToken(request.headers.authorization)
    if (token === undefined)
      throw unauthenticated('This needs an access token: Authorization: Bearer <token>.')
    try {
      request.caller = await identity.verify(token)
    } catch (error) {
      if (error instanceof TokenRejected) throw unauthenticated(error.message, 'invalid_token')
      if (error instanceof KeysUnavailable) throw keysUnavailable(error)
      throw error
    }
  }
}

/**
 * The 401 of RFC 6750.
 *
 * @param detail - Why, in a sentence for the client.
 * @param error - The error code of RFC 6750 section 3.1; none when the request brought no token at all.
 */
export function unauthenticated(detail: string, error?: 'invalid_token'): HttpProblem {
  const challenge =
    error === undefined
      ? 'Bearer realm="notes-app"'
      : `Bearer realm="notes-app", error="${error}", error_description="${detail}"`
  return new HttpProblem(401, {
    slug: 'unauthenticated',
    title: 'Not authenticated',
    detail,
    headers: { 'www-authenticate': challenge },
  })
}

function keysUnavailable(cause: KeysUnavailable): HttpProblem {
  return new HttpProblem(503, {
    slug: 'identity-unavailable',
    title: 'Tokens cannot be verified now',
    detail: 'The keys that sign access tokens cannot be read at the moment. Try again shortly.',
    headers: { 'retry-after': '2' },
    cause,
  })
}
