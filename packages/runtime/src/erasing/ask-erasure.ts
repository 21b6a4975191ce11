import { randomUUID } from 'node:crypto'
import type { Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Queryable } from '../database/index.js'
import type { Append } from '../logs/index.js'
import { longestSubject, subjectText, type Erasable } from '../personal/index.js'
import type { ErasedRows, ErasureRow } from './erasure.js'
import { erasureLog } from './erasure-log.js'

/** Whom to forget, and what is known of the wish. */
export interface WantedErasure extends Erasable {
  /** Names it over all services; a new one when absent. */
  readonly id?: string
  readonly reason?: string
  /** What was erased already, in the transaction that asks for the rest: it is counted with what is erased then. */
  readonly rows?: ErasedRows
}

/** Asks a service to forget somebody. */
export interface ErasureRequests {
  /**
   * Asks for it in a transaction: when that is committed, it happens, whatever stops meanwhile.
   *
   * @returns The id of the erasure.
   * @throws FreeholdError `FREEHOLD_PERSONAL_SUBJECT_MISSING` for what is no subject.
   */
  ask(tx: Queryable, wanted: WantedErasure): Promise<string>
  /** The same, to ride along in the statement of an entity. */
  entry(wanted: WantedErasure): Append
}

/**
 * The requests of a service to itself, which the process with `startEraser` fulfils.
 *
 * @throws FreeholdError `FREEHOLD_ERASURE_LOG_MISSING` when it has no log for them.
 */
export function erasureRequests(service: Service): ErasureRequests {
  const log = erasureLog(service)
  return {
    async ask(tx, wanted) {
      const row = asked(wanted)
      await log.append(tx, row)
      return row.id
    },
    entry: (wanted) => log.entry(asked(wanted)),
  }
}

/** What is no subject would stay in the log, and fail for ever. */
function asked({ id = randomUUID(), subject, purpose, reason, rows }: WantedErasure): ErasureRow {
  const text = subjectText(subject)
  if (text === undefined || text.length > longestSubject)
    throw new FreeholdError('FREEHOLD_PERSONAL_SUBJECT_MISSING', {
      message: `Nobody can be forgotten who is named with ${subject.length} characters: a subject has 1 to ${longestSubject}.`,
    })
  return {
    id,
    step: 'asked',
    subject: text,
    purpose: purpose ?? null,
    reason: reason ?? null,
    detail: rows === undefined ? {} : { rows },
  }
}
