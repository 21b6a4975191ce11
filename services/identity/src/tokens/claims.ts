import type { JWTPayload } from 'jose'
import type { Caller } from '../caller.js'
import { TokenRejected } from './rejection.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The caller that the claims of a verified token name.
 *
 * @param claims - Claims whose signature, issuer, audience and times were checked already.
 * @throws TokenRejected when a claim is missing or is not what the auth-service writes.
 */
export function callerFrom(claims: JWTPayload): Caller {
  const { sub, exp, sid, name } = claims
  if (typeof sub !== 'string' || !uuid.test(sub)) throw new TokenRejected('The access token names no user.')
  if (typeof sid !== 'string' || !uuid.test(sid))
    throw new TokenRejected('The access token names no session.')
  if (typeof name !== 'string') throw new TokenRejected('The access token has no name.')
  if (typeof exp !== 'number') throw new TokenRejected('The access token never expires.')
  return Object.freeze({ userId: sub, sessionId: sid, name, expiresAt: new Date(exp * 1000) })
}
