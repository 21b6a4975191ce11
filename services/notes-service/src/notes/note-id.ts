import { HttpProblem } from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { v7 as timeOrderedUuid } from 'uuid'

/** The id in a path. Its form is not checked by the schema, because a malformed id is an unknown one: 404. */
export const noteParams = Type.Object({ id: Type.String({ description: 'The id of a note.' }) })

/** What ids look like, written small. */
export const noteIdForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The id of a note that may exist.
 *
 * @throws HttpProblem 404 when no note can have such an id.
 */
export function noteId(params: { id: string }): string {
  const id = params.id.toLowerCase()
  if (noteIdForm.test(id)) return id
  throw noteNotFound()
}

/** An id for a new note. Ids sort by the time they were made. */
export function newNoteId(): string {
  return timeOrderedUuid()
}

/** The answer for a note that does not exist, was deleted, or is somebody else's: one and the same. */
export function noteNotFound(): HttpProblem {
  return new HttpProblem(404, {
    slug: 'note-not-found',
    title: 'No such note',
    detail: 'There is no note of yours with this id.',
  })
}
