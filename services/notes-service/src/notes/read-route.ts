import { ifNoneMatchHeaders, notModified, sendVersioned, versionedResponse } from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { instantOf } from '../revisions/instant.js'
import { ownRevision } from '../revisions/own-revision.js'
import type { Parts, Routes } from '../routes.js'
import { noteId, noteNotFound, noteParams } from './note-id.js'
import { noteOf } from './note.js'

const schema = {
  operationId: 'readNote',
  tags: ['notes'],
  summary: 'Read a note, as it is or as it was',
  params: noteParams,
  querystring: Type.Object(
    {
      asOf: Type.Optional(
        Type.String({
          maxLength: 64,
          description:
            'An instant (RFC 3339): the note as it was then. 404 when it did not exist or was deleted then.',
          examples: ['2026-01-05T10:30:00+01:00'],
        }),
      ),
    },
    { additionalProperties: false },
  ),
  headers: ifNoneMatchHeaders,
  response: {
    200: versionedResponse('The note.', 'Note'),
    ...notModified,
    ...problems(400, 401, 404, 410, 503),
  },
}

/** `GET /api/notes/{id}` */
export function readRoute(app: Routes, { database, notes }: Parts): void {
  app.get('/api/notes/:id', { schema }, async (request, reply) => {
    const id = noteId(request.params)
    const { userId } = request.caller
    const { asOf } = request.query
    const instant = asOf === undefined ? undefined : instantOf(asOf)
    const [row, author] = await Promise.all([
      instant === undefined
        ? notes.find(userId, id)
        : notes.asOf(id, instant).then((revision) => ownRevision(userId, revision)?.row),
      findAuthor(database, userId),
    ])
    if (row === undefined || row.deleted_at !== null) throw noteNotFound()
    return sendVersioned(request, reply, row.version, noteOf(row, author), author?.profile_version)
  })
}
