import type { Revision } from '@freehold/runtime'
import type { MayBeErased } from '@freehold/runtime/personal'
import { authorOf, type Author, type AuthorRow } from '../authors/author.js'
import { formatOf, type NoteFormat } from './format.js'

/** A row of `notes`. */
export interface NoteRow {
  id: string
  author_id: string
  title: string
  body: string
  tags: string[]
  format: NoteFormat
  deleted_at: Date | null
  version: number
  created_at: Date
  updated_at: Date
}

/** The columns that are personal: their histories keep them sealed. */
export type PersonalOfNote = 'title' | 'body' | 'tags'

/** A note as it was. */
export type NoteRevisionRow = Revision<MayBeErased<NoteRow, PersonalOfNote>>

/** The columns of `notes`, in the order of the migration. */
export const noteColumns = [
  'id',
  'author_id',
  'title',
  'body',
  'tags',
  'format',
  'deleted_at',
  'version',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof NoteRow)[]

/** A note as the API shows it. */
export interface Note {
  readonly id: string
  readonly authorId: string
  /** Null until an event has told of them. */
  readonly author: Author | null
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly format: NoteFormat
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** Shows a row to its author. */
export function noteOf(row: NoteRow, author: AuthorRow | undefined): Note {
  return {
    id: row.id,
    authorId: row.author_id,
    author: authorOf(author),
    title: row.title,
    body: row.body,
    tags: row.tags,
    format: formatOf(row),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
