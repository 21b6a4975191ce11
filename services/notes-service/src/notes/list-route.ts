import { jsonResponse } from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { cursorAt, positionOf } from '../pages/cursor.js'
import { defaultLimit, pageFrom, pageOf, pageQuery } from '../pages/page.js'
import type { Parts, Routes } from '../routes.js'
import { listNotes } from './list-notes.js'
import { noteLimits } from './note-schema.js'
import { noteOf } from './note.js'
import { noteIdForm } from './note-id.js'

const schema = {
  operationId: 'listNotes',
  tags: ['notes'],
  summary: 'List or search notes',
  description:
    'The caller’s notes, newest first. Notes that are written or deleted meanwhile do not disturb the pages that follow.',
  querystring: Type.Object(
    {
      q: Type.Optional(
        Type.String({
          maxLength: 500,
          description: 'Words to find in title and body. As in web search: "a phrase", or, -not.',
          examples: ['lemon -bread'],
        }),
      ),
      tag: Type.Optional(
        Type.String({
          maxLength: noteLimits.tag,
          description: 'A tag that the notes carry.',
          examples: ['home'],
        }),
      ),
      ...pageQuery,
    },
    { additionalProperties: false },
  ),
  response: { 200: jsonResponse('A page of notes.', pageOf(Type.Ref('Note#'))), ...problems(400, 401, 503) },
}

/** `GET /api/notes` */
export function listRoute(app: Routes, { database, reading }: Parts): void {
  app.get('/api/notes', { schema }, async (request) => {
    const { q, tag, limit = defaultLimit, cursor } = request.query
    const { userId } = request.caller
    const wanted = {
      authorId: userId,
      q: q?.trim() === '' ? undefined : q,
      tag: tag === '' ? undefined : tag,
      beforeId: cursor === undefined ? undefined : positionOf('notes', cursor, noteIdForm),
      limit: limit + 1,
    }
    const [rows, author] = await Promise.all([listNotes(reading, wanted), findAuthor(database, userId)])
    return pageFrom(
      rows,
      limit,
      (row) => noteOf(row, author),
      (row) => cursorAt('notes', row.id),
    )
  })
}
