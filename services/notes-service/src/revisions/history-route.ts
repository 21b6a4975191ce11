import { jsonResponse } from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { noteId, noteNotFound, noteParams } from '../notes/note-id.js'
import { cursorAt, positionOf } from '../pages/cursor.js'
import { defaultLimit, pageFrom, pageOf, pageQuery } from '../pages/page.js'
import type { Parts, Routes } from '../routes.js'
import { readableRevision } from './own-revision.js'
import { revisionOf } from './revision.js'

const schema = {
  operationId: 'readHistory',
  tags: ['revisions'],
  summary: 'What a note was',
  description: 'Every revision, newest first. The history of a deleted note stays readable.',
  params: noteParams,
  querystring: Type.Object(pageQuery, { additionalProperties: false }),
  response: {
    200: jsonResponse('A page of revisions.', pageOf(Type.Ref('Revision#'))),
    ...problems(400, 401, 404, 410, 503),
  },
}

/** A place in a log that JavaScript can count to. */
const seqForm = /^[1-9]\d{0,14}$/

/** `GET /api/notes/{id}/history` */
export function historyRoute(app: Routes, { database, notes }: Parts): void {
  app.get('/api/notes/:id/history', { schema }, async (request) => {
    const id = noteId(request.params)
    const { limit = defaultLimit, cursor } = request.query
    const list = `history/${id}`
    const before = cursor === undefined ? {} : { before: Number(positionOf(list, cursor, seqForm)) }
    const { userId } = request.caller
    const [note, author] = await Promise.all([notes.findAny(userId, id), findAuthor(database, userId)])
    if (note === undefined) throw noteNotFound()
    const revisions = await notes.revisions(id, { ...before, limit: limit + 1 })
    return pageFrom(
      revisions,
      limit,
      (revision) => revisionOf(readableRevision(revision), author),
      (revision) => cursorAt(list, String(revision.seq)),
    )
  })
}
