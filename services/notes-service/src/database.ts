import type { NoteRow } from './notes/note.js'

/** The tables that this service reads with Kysely. */
export interface NotesDatabase {
  notes: NoteRow
}
