import { isFreeholdError } from '@freehold/manifest/errors'
import type { FastifyRequest } from 'fastify'
import { HttpProblem } from '../http/problem.js'
import type { ServiceVerifier, TokenRefusal } from '../identity/index.js'
import type { Readers, Visible } from './readers.js'

/** A service that may read. */
export interface Caller {
  readonly consumer: string
  readonly visible: Visible
}

/**
 * Who asks, and what it may read.
 *
 * @throws HttpProblem 401 without a token that is good here, 403 for a service that the manifest names not.
 */
export async function callerOf(
  request: FastifyRequest,
  service: string,
  verifier: ServiceVerifier,
  readers: Readers,
): Promise<Caller> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined) throw withoutToken(service)
  const { service: consumer } = await verifier.verify(token).catch((error: unknown) => {
    throw isFreeholdError(error, 'FREEHOLD_SERVICE_TOKEN_INVALID')
      ? badToken(service, error.message, error.details['reason'] as TokenRefusal)
      : error
  })
  const visible = await readers.of(consumer)
  if (visible === undefined) throw noConsumer(service, consumer)
  return { consumer, visible }
}

function withoutToken(service: string): HttpProblem {
  return new HttpProblem(401, {
    slug: 'service-token-missing',
    title: 'A service has to say who it is',
    detail: `Send "authorization: Bearer <token>", with a token of the asking service for "${service}".`,
    headers: { 'www-authenticate': 'Bearer realm="freehold"' },
  })
}

const clocks =
  'Look whether the clocks of both machines are right, and sign a new token for every few requests.'
const keys = 'Give both services the files that `freehold apply` made, and start them with those.'

const advice: Readonly<Record<Exclude<TokenRefusal, 'audience'>, string>> = {
  malformed: 'Send a token that serviceIdentity().tokenFor() made.',
  algorithm: 'Send a token that serviceIdentity().tokenFor() made.',
  expired: clocks,
  'not-yet-valid': clocks,
  'too-long-lived': 'Send a token that serviceIdentity().tokenFor() made.',
  'unknown-key': keys,
  signature: keys,
  issuer: keys,
}

function badToken(service: string, sentence: string, reason: TokenRefusal): HttpProblem {
  const todo = reason === 'audience' ? `Sign it for "${service}", the service that is asked.` : advice[reason]
  return new HttpProblem(401, {
    slug: 'service-token-refused',
    title: 'The token is not good here',
    detail: `${sentence} ${todo}`,
    extensions: { reason },
    headers: { 'www-authenticate': `Bearer realm="freehold", error="invalid_token"` },
  })
}

function noConsumer(service: string, consumer: string): HttpProblem {
  const line = `consumes: { ${service}: [<the events>] }`
  return new HttpProblem(403, {
    slug: 'not-a-consumer',
    title: 'The manifest names no such consumer',
    detail: `"${consumer}" consumes no events of "${service}". Add to its ownership.ts ${line}, and run freehold apply.`,
    extensions: { service, consumer },
  })
}
