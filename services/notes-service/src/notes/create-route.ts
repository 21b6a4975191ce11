import { versionedResponse } from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { findAuthor } from '../authors/author.js'
import { problems } from '../documentation/problems.js'
import { createOnce, type CreatedNote } from '../idempotency/create-once.js'
import { repeatable } from '../idempotency/key.js'
import { actorOf, type Parts, type Routes } from '../routes.js'
import { contentOf } from './content.js'
import { newNoteId } from './note-id.js'
import { noteInput } from './note-schema.js'
import { sendNote } from './written.js'

const schema = {
  operationId: 'writeNote',
  tags: ['notes'],
  summary: 'Write a note',
  headers: Type.Object({
    'idempotency-key': Type.Optional(
      Type.String({
        description:
          'Makes it safe to send this again: within 24 hours the same key gets the same answer, and no second note.',
        examples: ['0d3c5a2f-8b11-4e7e-9f43-019aaf5c5d5a'],
      }),
    ),
  }),
  body: noteInput,
  response: {
    201: versionedResponse('The note.', 'Note', {
      location: { type: 'string', description: 'Where the note is.' },
      'idempotency-replayed': {
        type: 'string',
        description: '`true` when an earlier request with the same key made the note.',
      },
    }),
    ...problems(400, 401, 410, 413, 415, 422, 503),
  },
}

/** `POST /api/notes` */
export function createRoute(app: Routes, { database, notes }: Parts): void {
  app.post('/api/notes', { schema }, async (request, reply) => {
    const actor = actorOf(request)
    const content = contentOf(request.body)
    const repeated = repeatable(request.headers['idempotency-key'], actor.userId, content)
    const creation: Promise<CreatedNote> = repeated
      ? createOnce(database, notes, actor, content, repeated)
      : notes.create(database, actor, newNoteId(), content).then((row) => ({ row, replayed: false }))
    const [{ row, replayed }, author] = await Promise.all([creation, findAuthor(database, actor.userId)])
    if (replayed) void reply.header('idempotency-replayed', 'true')
    return sendNote(reply.code(201).header('location', `/api/notes/${row.id}`), { row, author })
  })
}
