import type { Database } from '@freehold/runtime'
import { HttpProblem } from '@freehold/runtime/fastify'
import type { Actor } from '../audit/audit.js'
import type { NoteContent } from '../notes/content.js'
import type { NoteRow } from '../notes/note.js'
import { newNoteId } from '../notes/note-id.js'
import type { NoteStore } from '../notes/note-store.js'
import { readableRevision } from '../revisions/own-revision.js'
import type { RepeatableRequest } from './key.js'
import { claimKey, recallKey } from './remembered-keys.js'

/** A note, and whether an earlier request with the same key made it. */
export interface CreatedNote {
  readonly row: NoteRow
  readonly replayed: boolean
}

/**
 * Makes a note, or finds the one that the same request made before: its key and the note are written in
 * one transaction. A repetition gets the note as it was made, whatever became of it.
 *
 * @param request - The key and what was asked for.
 * @throws HttpProblem 422 when the key was used for another request.
 */
export function createOnce(
  database: Database,
  notes: NoteStore,
  actor: Actor,
  content: NoteContent,
  request: RepeatableRequest,
): Promise<CreatedNote> {
  return database.transaction(async (tx) => {
    const id = newNoteId()
    if (await claimKey(tx, request, id)) {
      return { row: await notes.create(tx, actor, id, content), replayed: false }
    }
    const earlier = await recallKey(tx, request.id)
    if (earlier?.request_digest !== request.digest) throw keyReused()
    const made = await notes.revision(tx, earlier.note_id, 1)
    if (made === undefined) throw keyReused()
    return { row: readableRevision(made).row, replayed: true }
  })
}

function keyReused(): HttpProblem {
  return new HttpProblem(422, {
    slug: 'idempotency-key-reused',
    title: 'The Idempotency-Key was used for another request',
    detail: 'A key stands for one request. Send a new key with a new request.',
  })
}
