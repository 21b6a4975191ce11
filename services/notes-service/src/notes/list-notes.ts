import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { NotesDatabase } from '../database.js'
import { noteColumns, type NoteRow } from './note.js'

/** Which of an author's notes are asked for. */
export interface NotesWanted {
  readonly authorId: string
  /** Words to find in title and body, in the language of web search engines. */
  readonly q?: string | undefined
  /** A tag that the notes carry. */
  readonly tag?: string | undefined
  /** Only notes before this id: where the page before ended. */
  readonly beforeId?: string | undefined
  /** The most to return. */
  readonly limit: number
}

/**
 * An author's notes, newest first. A page ends at an id, so that notes which come and go meanwhile neither
 * repeat nor hide the others.
 */
export function listNotes(db: Kysely<NotesDatabase>, wanted: NotesWanted): Promise<NoteRow[]> {
  return db
    .selectFrom('notes')
    .select(noteColumns)
    .where('author_id', '=', wanted.authorId)
    .where('deleted_at', 'is', null)
    .$if(wanted.beforeId !== undefined, (query) => query.where('id', '<', wanted.beforeId ?? ''))
    .$if(wanted.tag !== undefined, (query) => query.where(sql<boolean>`tags @> array[${wanted.tag}]::text[]`))
    .$if(wanted.q !== undefined, (query) => query.where(textMatches(wanted.q ?? '')))
    .orderBy('id', 'desc')
    .limit(wanted.limit)
    .execute()
}

const word = /[\p{L}\p{N}]/u

/** What has no word in it (an emoji, an arrow) is not in the text index, and is looked for as it stands. */
function textMatches(q: string): RawBuilder<boolean> {
  const text = sql`title || ' ' || body`
  return word.test(q)
    ? sql<boolean>`to_tsvector('simple', ${text}) @@ websearch_to_tsquery('simple', ${q})`
    : sql<boolean>`strpos(${text}, ${q.trim()}) > 0`
}
