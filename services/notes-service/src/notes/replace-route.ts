import { expectedVersion, ifMatchHeaders, versionedResponse } from '@freehold/runtime/fastify'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { actorOf, type Parts, type Routes } from '../routes.js'
import { contentOf } from './content.js'
import { noteId, noteParams } from './note-id.js'
import { noteInput } from './note-schema.js'
import { sendNote, written } from './written.js'

const schema = {
  operationId: 'replaceNote',
  tags: ['notes'],
  summary: 'Replace a note',
  description: 'What is left out takes its default. PUT changes notes that exist; it makes none.',
  params: noteParams,
  headers: ifMatchHeaders,
  body: noteInput,
  response: {
    200: versionedResponse('The note as it is now.', 'Note'),
    ...problems(400, 401, 404, 410, 412, 413, 415, 428, 503),
  },
}

/** `PUT /api/notes/{id}` */
export function replaceRoute(app: Routes, { database, notes }: Parts): void {
  app.put('/api/notes/:id', { schema }, async (request, reply) => {
    const change = { actor: actorOf(request), id: noteId(request.params), expected: expectedVersion(request) }
    const outcome = await written(
      notes.change(change, 'note.replaced', contentOf(request.body)),
      findAuthor(database, change.actor.userId),
    )
    return sendNote(reply, outcome)
  })
}
