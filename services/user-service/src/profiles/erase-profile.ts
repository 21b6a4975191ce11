import type { EraseRows } from '@freehold/runtime/erasing'
import { userIdFrom } from './user-id.js'

/** Erases a profile. What its history holds is sealed, and gone with the key. */
export const eraseProfile: EraseRows = async (tx, { subject, purpose }) => {
  const id = userIdFrom(subject)
  if (id === undefined || (purpose !== undefined && purpose !== 'user')) return {}
  const { rowCount } = await tx.query('delete from profiles where id = $1', [id])
  return { profiles: rowCount ?? 0 }
}
