import { isConnectionInDoubt, isUnavailable } from './connection-state.js'
import type { NamedStatement } from './queryable.js'
import { outcomeUnknown, translateDatabaseError } from './translate.js'

/**
 * What it means that statements outside of a transaction failed: when the answer was lost on the way and one
 * of them may have written, nobody knows whether it has.
 */
export function failureOf(error: unknown, statements: readonly (string | NamedStatement)[]): unknown {
  const isLost = error instanceof Error && isConnectionInDoubt(error) && isUnavailable(error)
  return isLost && !statements.every(isRead) ? outcomeUnknown(error) : translateDatabaseError(error)
}

/** Whether a statement only reads, as far as its words say so: losing its answer leaves no doubt. */
export function isRead(statement: string | NamedStatement): boolean {
  const text = typeof statement === 'string' ? statement : statement.text
  return (
    /^\s*(select|show|values|table|with)\b/i.test(text) && !/\b(insert|update|delete|merge)\b/i.test(text)
  )
}
