import { EntityNotFound, VersionConflict } from '@freehold/runtime'
import { conflictProblem } from '@freehold/runtime/fastify'
import { noteNotFound } from './note-id.js'
import { noteOf, type NoteRow } from './note.js'

/**
 * The outcome of a write, as the API tells it.
 *
 * @throws HttpProblem 404 when the author has no such note, 412 with the note as it is now when it moved on.
 */
export async function written(write: Promise<NoteRow>): Promise<NoteRow> {
  try {
    return await write
  } catch (error) {
    if (error instanceof EntityNotFound) throw noteNotFound()
    if (error instanceof VersionConflict) throw conflictProblem(error as VersionConflict<NoteRow>, noteOf)
    throw error
  }
}
