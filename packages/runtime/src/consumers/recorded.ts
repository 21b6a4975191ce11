import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { failureKind } from './failures.js'

/** Tells an error of our own statements from one of the effect: no event is to blame for it. */
export async function recorded(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    const kind = failureKind(cause)
    const isOurs = kind === 'timeout' || (kind === 'fault' && !wasAborted(cause) && !wasTooLong(cause))
    if (!isOurs) throw cause
    throw new FreeholdError('FREEHOLD_CONSUMER_UNRECORDED', {
      message: `A consumer cannot write its cursor: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    })
  }
}

/** Whether the effect had left its transaction alone for too long before. */
function wasTooLong(error: unknown): boolean {
  return isFreeholdError(error, 'FREEHOLD_TRANSACTION_TIMEOUT')
}

/** Whether a statement of the effect had failed before, and the effect caught the error. */
function wasAborted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '25P02'
}
