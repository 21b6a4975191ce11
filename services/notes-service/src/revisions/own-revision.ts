import type { Revision } from '@freehold/runtime'
import { HttpProblem } from '@freehold/runtime/fastify'
import { isErased } from '@freehold/runtime/personal'
import type { NoteRevisionRow, NoteRow } from '../notes/note.js'

/**
 * The revision, if the note is the author's.
 *
 * @throws HttpProblem 410 when what the note held was erased.
 */
export function ownRevision(
  authorId: string,
  revision: NoteRevisionRow | undefined,
): Revision<NoteRow> | undefined {
  return revision?.row.author_id === authorId ? readableRevision(revision) : undefined
}

/** The same revision, of whomever. Throws as {@link ownRevision} does. */
export function readableRevision({ row, ...revision }: NoteRevisionRow): Revision<NoteRow> {
  const { title, body, tags, ...others } = row
  if (isErased(title) || isErased(body) || isErased(tags))
    throw new HttpProblem(410, {
      slug: 'erased',
      title: 'Gone for good',
      detail: 'What this note held was erased with its author.',
    })
  return { ...revision, row: { ...others, title, body, tags } }
}
