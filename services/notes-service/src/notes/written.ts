import { EntityNotFound, VersionConflict } from '@freehold/runtime'
import { conflictProblem, etagOf } from '@freehold/runtime/fastify'
import type { FastifyReply } from 'fastify'
import type { AuthorRow } from '../authors/author.js'
import { noteNotFound } from './note-id.js'
import { noteOf, type NoteRow } from './note.js'

/** A note and its author, as far as events have told of them. */
export interface Written {
  readonly row: NoteRow
  readonly author: AuthorRow | undefined
}

/**
 * The outcome of a write, as the API tells it.
 *
 * @param write - The write that is going on.
 * @param authorFound - The author, who is looked up meanwhile.
 * @throws HttpProblem 404 when the author has no such note, 412 with the note as it is now when it moved on.
 */
export async function written(
  write: Promise<NoteRow>,
  authorFound: Promise<AuthorRow | undefined>,
): Promise<Written> {
  const [outcome, found] = await Promise.allSettled([write, authorFound])
  if (outcome.status === 'rejected') throw problemOf(outcome.reason, found)
  if (found.status === 'rejected') throw found.reason
  return { row: outcome.value, author: found.value }
}

/** Answers with a note and its ETag. */
export function sendNote(reply: FastifyReply, { row, author }: Written): FastifyReply {
  return reply.header('etag', etagOf(row.version, author?.profile_version)).send(noteOf(row, author))
}

function problemOf(error: unknown, found: PromiseSettledResult<AuthorRow | undefined>): unknown {
  if (error instanceof EntityNotFound) return noteNotFound()
  if (!(error instanceof VersionConflict)) return error
  const author = found.status === 'fulfilled' ? found.value : undefined
  return conflictProblem(
    error as VersionConflict<NoteRow>,
    (row) => noteOf(row, author),
    author?.profile_version,
  )
}
