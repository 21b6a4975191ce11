import type { Revision } from '@freehold/runtime'
import { Type } from 'typebox'
import type { AuthorRow } from '../authors/author.js'
import { noteOf, type Note, type NoteRow } from '../notes/note.js'

/** What happened to a note. */
export type Operation = 'insert' | 'update' | 'delete'

/** A revision as the API shows it. */
export interface NoteRevision {
  readonly version: number
  readonly operation: Operation
  readonly changedAt: string
  readonly note: Note
}

/** The schema of a revision. */
export const revisionSchema = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    operation: Type.Enum(['insert', 'update', 'delete'], { description: 'A restore is an update.' }),
    changedAt: Type.String({ format: 'date-time' }),
    note: Type.Ref('Note#'),
  },
  { $id: 'Revision', description: 'What a note became at an instant.' },
)

/** Shows a revision. To the database a deleted note is one that was changed; to its author it is deleted. */
export function revisionOf(revision: Revision<NoteRow>, author: AuthorRow | undefined): NoteRevision {
  return {
    version: revision.version,
    operation: revision.row.deleted_at === null ? revision.operation : 'delete',
    changedAt: revision.at.toISOString(),
    note: noteOf(revision.row, author),
  }
}
