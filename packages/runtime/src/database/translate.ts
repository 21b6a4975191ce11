import type { Service } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { codeOf, isTransactionTimeout, isUnavailable } from './connection-state.js'
import { refusalIn } from './refusals.js'

/**
 * Turns what a database, a pool or a socket says into a coded error that names the table and says what to
 * do, with the original as its cause. Anything else (a unique violation, a mistake in SQL) is returned as
 * it came, so that a program can still look at its SQLSTATE.
 *
 * @param error - Whatever was thrown.
 * @param service - Its manifest tells a log from another table when the database names only a table.
 */
export function translateDatabaseError(error: unknown, service?: Service): unknown {
  if (!(error instanceof Error)) return error
  if (isFreeholdError(error)) return deniedAgain(error, service)
  if (isTransactionTimeout(error)) return transactionTimeout(error)
  if (isUnavailable(error)) return unavailable(error)
  if (!(error instanceof pg.DatabaseError)) return error
  return failureIn(error) ?? refusalIn(error, service) ?? error
}

/** A connection that was lost by someone who had sent a write and was not answered. */
export function outcomeUnknown(cause: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_OUTCOME_UNKNOWN', {
    message: 'The connection broke after a write was sent: whether it happened is unknown.',
    cause,
  })
}

/** A pool that had no connection left in time, and what its connections were doing. */
export function poolExhausted(cause: unknown, max: number, transactions: number): FreeholdError {
  return new FreeholdError('FREEHOLD_DATABASE_UNAVAILABLE', {
    message: `No connection became free in time: ${transactions} of at most ${max} are in transactions.`,
    fix: 'Make transactions shorter, and never use the database itself inside of one: use the transaction.',
    details: { reason: 'pool exhausted', max, transactions },
    cause,
  })
}

/** A denial that was translated without a manifest, in the light of one. */
function deniedAgain(error: FreeholdError, service?: Service): FreeholdError {
  if (error.code !== 'FREEHOLD_PERMISSION_DENIED' || !(error.cause instanceof pg.DatabaseError)) return error
  return refusalIn(error.cause, service) ?? error
}

function unavailable(error: Error): FreeholdError {
  const reason = codeOf(error) ?? error.message
  return new FreeholdError('FREEHOLD_DATABASE_UNAVAILABLE', {
    message: `The database cannot be reached: ${error.message || reason || error.name}.`,
    details: { reason },
    cause: error,
  })
}

function transactionTimeout(error: pg.DatabaseError): FreeholdError {
  return new FreeholdError('FREEHOLD_TRANSACTION_TIMEOUT', {
    message: `The database ended a transaction that took too long: ${error.message}.`,
    details: { sqlState: error.code },
    cause: error,
  })
}

function failureIn(error: pg.DatabaseError): FreeholdError | undefined {
  const said = { details: { sqlState: error.code }, cause: error }
  switch (error.code) {
    case '40001':
    case '40P01':
      return new FreeholdError('FREEHOLD_SERIALIZATION_FAILURE', {
        message: `The database undid the transaction: ${error.message}.`,
        ...said,
      })
    case '57014':
      return new FreeholdError('FREEHOLD_STATEMENT_TIMEOUT', {
        message: `The database stopped a statement: ${error.message}.`,
        ...said,
      })
    case '28P01':
    case '28000':
    case '3D000':
      return new FreeholdError('FREEHOLD_CREDENTIALS_REFUSED', {
        message: `The server refused the connection: ${error.message}.`,
        ...(error.message.includes('pg_hba.conf') && {
          fix: 'Open pg_hba.conf for it: `freehold hba` prints the lines that let it in.',
        }),
        ...said,
      })
    default:
      return undefined
  }
}
