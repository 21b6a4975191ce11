import type { DataOf } from '@freehold/manifest'
import type { Queryable } from '@freehold/runtime'
import { causedBy, type Delivered } from '@freehold/runtime/events'
import type { AccountRegistered } from '@notes/contracts'
import { makeProfileOnce } from './first-use.js'

/**
 * Makes the profile of somebody who registered, unless they have looked at it already.
 *
 * @param tx - The transaction that also moves the cursor.
 */
export async function makeProfileOfAccount(
  tx: Queryable,
  event: Delivered<DataOf<typeof AccountRegistered>>,
): Promise<void> {
  const { accountId, displayName } = event.data
  await makeProfileOnce(tx, { userId: accountId, name: displayName }, event.id, causedBy(event))
}
