import type { EraseRows } from '@freehold/runtime/erasing'
import { validate } from 'uuid'

/**
 * Erases somebody's notes, the keys that make a repeated request safe, and the name that notes are shown with. What the
 * history of notes holds is sealed, and gone with the key.
 */
export const eraseNotes: EraseRows = async (tx, { subject, purpose }) => {
  if (!validate(subject) || (purpose !== undefined && purpose !== 'notes')) return {}
  const keys = await tx.query(
    'delete from idempotency_keys where note_id in (select id from notes where author_id = $1)',
    [subject],
  )
  const notes = await tx.query('delete from notes where author_id = $1', [subject])
  const authors = await tx.query('delete from authors where id = $1', [subject])
  return {
    idempotency_keys: keys.rowCount ?? 0,
    notes: notes.rowCount ?? 0,
    authors: authors.rowCount ?? 0,
  }
}
