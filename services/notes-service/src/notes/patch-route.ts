import { expectedVersion, ifMatchHeaders, versionedResponse } from '@freehold/runtime/fastify'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { actorOf, type Parts, type Routes } from '../routes.js'
import { changesOf } from './content.js'
import { noteId, noteParams } from './note-id.js'
import { notePatch } from './note-schema.js'
import { sendNote, written } from './written.js'

const schema = {
  operationId: 'patchNote',
  tags: ['notes'],
  summary: 'Change parts of a note',
  description: 'An empty patch changes nothing: it answers the note as it is, with the version that it has.',
  consumes: ['application/merge-patch+json', 'application/json'],
  params: noteParams,
  headers: ifMatchHeaders,
  body: notePatch,
  response: {
    200: versionedResponse('The note as it is now.', 'Note'),
    ...problems(400, 401, 404, 410, 412, 413, 415, 428, 503),
  },
}

/** `PATCH /api/notes/{id}` */
export function patchRoute(app: Routes, { database, notes }: Parts): void {
  app.patch('/api/notes/:id', { schema }, async (request, reply) => {
    const change = { actor: actorOf(request), id: noteId(request.params), expected: expectedVersion(request) }
    const changes = changesOf(request.body)
    const outcome = await written(
      Object.keys(changes).length === 0 ? notes.check(change) : notes.change(change, 'note.patched', changes),
      findAuthor(database, change.actor.userId),
    )
    return sendNote(reply, outcome)
  })
}
