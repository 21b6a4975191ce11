import type { KeyStore } from './key-store.js'
import { requiredKeys } from './unsealed.js'
import { openValues, type SealedAt } from './values.js'

/** A sealed value, and the row that gets what is in it, under the name of its field. */
export interface SealedIn {
  readonly row: object
  readonly place: SealedAt
}

/**
 * Opens values into their rows, with one question to the store for all, and with none when there are none.
 *
 * @throws FreeholdError as `openValues` does; `FREEHOLD_KEY_STORE_MISSING` when the connection has no keys.
 */
export async function openInto(keys: KeyStore | undefined, sealed: readonly SealedIn[]): Promise<void> {
  if (sealed.length === 0) return
  const values = await openValues(
    requiredKeys(keys),
    sealed.map(({ place }) => place),
  )
  for (const [index, { row, place }] of sealed.entries()) Object.assign(row, { [place.field]: values[index] })
}
