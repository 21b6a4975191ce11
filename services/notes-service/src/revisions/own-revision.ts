import type { Revision } from '@freehold/runtime'
import type { NoteRow } from '../notes/note.js'

/** The revision, if the note is the author's. */
export function ownRevision(
  authorId: string,
  revision: Revision<NoteRow> | undefined,
): Revision<NoteRow> | undefined {
  return revision?.row.author_id === authorId ? revision : undefined
}
