import type pg from 'pg'
import type { Service } from '@freehold/manifest'
import { FreeholdError, type ErrorCode, type FreeholdErrorInit } from '@freehold/manifest/errors'

/** What a refusal by the guards that Freehold installs means. */
interface Refusal extends FreeholdErrorInit {
  readonly code: ErrorCode
}

/** The database's own refusals: guards of versions, keys and personal values, logs, and missing grants. */
export function refusalIn(error: pg.DatabaseError, service?: Service): FreeholdError | undefined {
  const refusal = guardRefusal(error) ?? logRefusal(error, service)
  if (refusal === undefined) return undefined
  return new FreeholdError(refusal.code, { ...refusal, cause: error })
}

function guardRefusal(error: pg.DatabaseError): Refusal | undefined {
  if (error.code !== '23514') return undefined
  const table = error.table ?? 'the table'
  const details = { table: error.table }
  if (error.constraint === 'version_advances_by_one') {
    return {
      code: 'FREEHOLD_VERSION_NOT_ADVANCED',
      message: `The write to "${table}" did not move its version on by exactly one: ${error.message}`,
      details,
    }
  }
  if (error.constraint === 'key_never_changes') {
    return {
      code: 'FREEHOLD_KEY_CHANGED',
      message: `The write to "${table}" changes a key: ${error.message}`,
      details,
    }
  }
  if (error.constraint === 'personal_is_sealed') {
    return {
      code: 'FREEHOLD_PERSONAL_UNSEALED',
      message: `The write to "${table}" has something personal in it that is not sealed: ${error.message}`,
      details: { ...details, column: error.column },
    }
  }
  return undefined
}

function logRefusal(error: pg.DatabaseError, service?: Service): Refusal | undefined {
  if (error.code !== '42501' && error.code !== '23001') return undefined
  const table = error.table ?? tableDenied(error.message)
  const details = { table, service: service?.name }
  if (saysThatItIsALog(error) || (error.code === '42501' && isLogOf(service, table))) {
    return {
      code: 'FREEHOLD_LOG_IMMUTABLE',
      message: `The database refused to change the log "${table ?? ''}": ${error.message}`,
      ...(error.hint !== undefined && { fix: error.hint }),
      details,
    }
  }
  if (error.code !== '42501') return undefined
  return { code: 'FREEHOLD_PERMISSION_DENIED', message: `The database refused it: ${error.message}`, details }
}

/** What Freehold's triggers and policies say, in every language that the server speaks. */
function saysThatItIsALog({ message }: pg.DatabaseError): boolean {
  return / is a log: /.test(message)
}

function isLogOf(service: Service | undefined, table: string | undefined): boolean {
  return table !== undefined && service?.owns[table]?.mutability === 'immutable'
}

/** A refused grant carries its table in the message alone. */
function tableDenied(message: string): string | undefined {
  return /\btable "?([^"\s]+)"?/.exec(message)?.[1]
}
