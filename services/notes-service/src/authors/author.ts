import { mutableEntity, type Queryable } from '@freehold/runtime'
import { notesService } from '../../ownership.js'

/** A row of `authors`: a person, as the last event of user-service that was applied tells of them. */
export interface AuthorRow {
  id: string
  display_name: string
  avatar_url: string | null
  profile_version: number
  version: number
}

/** An author, as notes show them. */
export interface Author {
  readonly displayName: string
  readonly avatarUrl: string | null
}

const authors = mutableEntity<AuthorRow>(notesService, 'authors', {
  columns: ['id', 'display_name', 'avatar_url', 'profile_version', 'version'],
})

/** The author, if an event told of them already: it follows a registration within moments, not in its transaction. */
export function findAuthor(db: Queryable, id: string): Promise<AuthorRow | undefined> {
  return authors.find(db, id)
}

/** Shows an author to whoever may see the note. */
export function authorOf(row: AuthorRow | undefined): Author | null {
  return row === undefined ? null : { displayName: row.display_name, avatarUrl: row.avatar_url }
}
