import { HttpProblem, expectedVersion, ifMatchHeaders, versionedResponse } from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { formatOf } from '../notes/format.js'
import { noteId, noteNotFound, noteParams } from '../notes/note-id.js'
import { sendNote, written } from '../notes/written.js'
import { actorOf, type Parts, type Routes } from '../routes.js'
import { ownRevision } from './own-revision.js'

const schema = {
  operationId: 'restoreNote',
  tags: ['revisions'],
  summary: 'Restore an old revision',
  description: 'The note becomes what it was, as a new version; a deleted note comes back.',
  params: noteParams,
  headers: ifMatchHeaders,
  body: Type.Object(
    {
      version: Type.Integer({
        minimum: 1,
        maximum: 2_147_483_646,
        description: 'The revision to go back to.',
      }),
    },
    { additionalProperties: false, examples: [{ version: 1 }] },
  ),
  response: {
    200: versionedResponse('The note as it is now.', 'Note'),
    ...problems(400, 401, 404, 410, 412, 413, 415, 428, 503),
  },
}

/** `POST /api/notes/{id}/restore` */
export function restoreRoute(app: Routes, { database, notes }: Parts): void {
  app.post('/api/notes/:id/restore', { schema }, async (request, reply) => {
    const { version } = request.body
    const change = { actor: actorOf(request), id: noteId(request.params), expected: expectedVersion(request) }
    const revision = ownRevision(change.actor.userId, await notes.revision(database, change.id, version))
    if (revision === undefined) throw await whatIsMissing(version)
    const { title, body, tags } = revision.row
    const content = { title, body, tags, format: formatOf(revision.row) }
    const outcome = await written(
      notes.restore(change, content, version),
      findAuthor(database, change.actor.userId),
    )
    return sendNote(reply, outcome)

    async function whatIsMissing(wanted: number): Promise<HttpProblem> {
      const note = await notes.findAny(change.actor.userId, change.id)
      return note === undefined ? noteNotFound() : revisionNotFound(wanted)
    }
  })
}

function revisionNotFound(version: number): HttpProblem {
  return new HttpProblem(404, {
    slug: 'revision-not-found',
    title: 'No such revision',
    detail: `The note has no revision ${version}. Its history lists those it has.`,
  })
}
