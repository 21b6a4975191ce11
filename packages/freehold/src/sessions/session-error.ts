import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'

/** SQLSTATEs of a server that is not there, or not yet or no longer: connections that failed, and a shutdown. */
const isAway = /^(08|57P0)/

/**
 * What an error of a session means: the server is not there, or it refused something. What is neither stays as it is.
 *
 * @param isConnected - Whether the connection was there when it happened.
 */
export function sessionError(client: pg.Client, cause: unknown, isConnected: boolean): unknown {
  if (cause instanceof FreeholdError) return cause
  const { host, port, database, user = 'The service' } = client
  const sqlState = cause instanceof pg.DatabaseError ? cause.code : undefined
  if (sqlState === undefined ? isConnected : !isAway.test(sqlState)) {
    if (sqlState === undefined) return cause
    return new FreeholdError('FREEHOLD_SESSION_REFUSED', {
      message: `${user} was refused in ${database ?? 'its database'} on ${host}:${port}: ${reasonOf(cause)}.`,
      details: { host, port, database, user, sqlState },
      cause,
    })
  }
  return new FreeholdError('FREEHOLD_SERVER_UNREACHABLE', {
    message: `The server ${host}:${port} cannot be entered by ${user}: ${reasonOf(cause)}.`,
    details: { server: `${host}:${port}`, database, user },
    cause,
  })
}

/** Several addresses that all fail make one error without a message. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || String(Reflect.get(cause, 'code') ?? cause.name)
}
