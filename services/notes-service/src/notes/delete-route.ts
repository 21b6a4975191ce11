import { emptyVersionedResponse, etagOf, expectedVersion, ifMatchHeaders } from '@freehold/runtime/fastify'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { actorOf, type Parts, type Routes } from '../routes.js'
import { noteId, noteParams } from './note-id.js'
import { written } from './written.js'

const schema = {
  operationId: 'deleteNote',
  tags: ['notes'],
  summary: 'Delete a note',
  description:
    'The note is not found any more, but its history is, and a restore brings it back: with the ETag of this answer.',
  params: noteParams,
  headers: ifMatchHeaders,
  response: {
    204: emptyVersionedResponse('The note is deleted.'),
    ...problems(400, 401, 404, 412, 428, 503),
  },
}

/** `DELETE /api/notes/{id}` */
export function deleteRoute(app: Routes, { database, notes }: Parts): void {
  app.delete('/api/notes/:id', { schema }, async (request, reply) => {
    const change = { actor: actorOf(request), id: noteId(request.params), expected: expectedVersion(request) }
    const { row: tombstone } = await written(notes.remove(change), findAuthor(database, change.actor.userId))
    return reply.code(204).header('etag', etagOf(tombstone.version)).send()
  })
}
