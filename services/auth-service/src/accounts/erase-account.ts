import type { EraseRows } from '@freehold/runtime/erasing'
import { validate } from 'uuid'

/**
 * Erases an account, and where it was logged in. Sessions first, which refer to it.
 *
 * The id of somebody who never had an account erases nothing, and so does another purpose than this service's: then only
 * keys are destroyed.
 */
export const eraseAccount: EraseRows = async (tx, { subject, purpose }) => {
  if (!validate(subject) || (purpose !== undefined && purpose !== 'auth')) return {}
  const sessions = await tx.query('delete from sessions where user_id = $1', [subject])
  const credentials = await tx.query('delete from credentials where id = $1', [subject])
  return { sessions: sessions.rowCount ?? 0, credentials: credentials.rowCount ?? 0 }
}
