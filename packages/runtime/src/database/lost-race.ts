import { FreeholdError } from '@freehold/manifest/errors'
import type { Queryable } from './queryable.js'

/**
 * A write that lost a race inside a transaction whose snapshot cannot see who won. What won can be read
 * once the transaction is undone.
 */
export class LostRace extends FreeholdError {
  /** Reads what won, and gives the error that says so; undefined when there is nothing to say after all. */
  readonly explain: (db: Queryable) => Promise<FreeholdError | undefined>

  constructor(cause: FreeholdError, explain: LostRace['explain']) {
    super(cause.code, { message: cause.message, fix: cause.fix, details: cause.details, cause: cause.cause })
    this.explain = explain
  }
}
