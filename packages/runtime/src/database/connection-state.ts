import pg from 'pg'

/** SQLSTATEs of a server that is not there, beside the classes 08 (connection) and 53 (no resources left). */
const absent = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '25006', '25P03', '25P04'])

/** Errors of Node's sockets and resolver that mean the same. */
const network = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

/** What `pg` and its pool say, in errors without a code, when a connection is lost or not to be had. */
const lost =
  /^(timeout exceeded|timeout expired|Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|Cannot use a pool after)/

/** Whether an error means that the database is not there: not reached, stopping, full, or lost on the way. */
export function isUnavailable(error: Error): boolean {
  if (error instanceof AggregateError) return (error.errors as Error[]).some(isUnavailable)
  const code = codeOf(error)
  if (code === undefined) return lost.test(error.message)
  if (!(error instanceof pg.DatabaseError)) return network.has(code)
  return absent.has(code) || code.startsWith('08') || code.startsWith('53')
}

/** Whether the connection that gave this error must not be used again. */
export function isConnectionInDoubt(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  if (error.severity === 'FATAL' || error.severity === 'PANIC') return true
  const { code = '' } = error
  return absent.has(code) || code.startsWith('08') || code.startsWith('XX') || isStatementStale(error)
}

/** Whether the server ended a transaction that was left without a statement, or open, for too long. */
export function isTransactionTimeout(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && (error.code === '25P03' || error.code === '25P04')
}

/** Whether a write was refused because nothing may be written there. */
export function isReadOnlyRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '25006'
}

/** Whether the statement did not leave this process. */
export function wasNeverSent(error: unknown): boolean {
  return error instanceof Error && /^Client (has encountered|was closed)/.test(error.message)
}

/** Whether a client waited for a connection of the pool in vain. */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout exceeded when trying to connect')
}

/**
 * Whether a prepared statement is no longer good on its connection: a migration changed what it returns, or
 * a pooler between gave it another server process. It has not run, and another connection will do.
 */
export function isStatementStale(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false
  return error.routine === 'RevalidateCachedQuery' || error.routine === 'FetchPreparedStatement'
}

/** The code that an error of the database, a socket or the resolver carries. */
export function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
