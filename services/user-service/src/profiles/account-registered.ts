import { isFreeholdError } from '@freehold/manifest/errors'
import type { Queryable } from '@freehold/runtime'
import { causedBy, type Delivered, type HeardOf } from '@freehold/runtime/events'
import { isErased } from '@freehold/runtime/personal'
import type { AccountRegistered } from '@notes/contracts'
import { makeProfileOnce } from './first-use.js'

/**
 * Makes the profile of somebody who registered, unless they have looked at it already, or have left since.
 *
 * @param tx - The transaction that also moves the cursor.
 */
export async function makeProfileOfAccount(
  tx: Queryable,
  event: Delivered<HeardOf<typeof AccountRegistered>>,
): Promise<void> {
  const { accountId, displayName } = event.data
  if (isErased(displayName)) return
  try {
    await makeProfileOnce(tx, { userId: accountId, name: displayName }, event.id, causedBy(event))
  } catch (error) {
    // They left between two looks at keys, one there and one here.
    if (!isFreeholdError(error, 'FREEHOLD_SUBJECT_ERASED')) throw error
  }
}
