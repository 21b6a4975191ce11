import type { Failure, Outcome, SideSession } from './side.js'

/** What broke a statement that worked. */
export interface Break {
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly sqlstate?: string
  /** Asks the same of another state of the schema, so that the cause can be found. */
  isBrokenOn(session: SideSession): Promise<boolean>
}

/** What says nothing about a schema: a time-out, a lock, a conflict between transactions. */
const inconclusive = /^(57014|55P03|40...|53...|54001|25P02|57P0.)$/

/** Whether the server refused something for what it is, and not for what happened beside it. */
export function isRefused(outcome: Outcome): outcome is Failure {
  return !outcome.ok && !inconclusive.test(outcome.sqlstate)
}

/**
 * A refusal, as what breaks.
 *
 * @param again - Tries the same on another state of the schema.
 * @param told - What to say instead of the server's words.
 */
export function breakOf(
  failure: Failure,
  rule: string,
  again: (session: SideSession) => Promise<Outcome>,
  told = failure.message,
): Break {
  return {
    rule,
    severity: 'error',
    message: told,
    sqlstate: failure.sqlstate,
    isBrokenOn: async (session) => !(await again(session)).ok,
  }
}
