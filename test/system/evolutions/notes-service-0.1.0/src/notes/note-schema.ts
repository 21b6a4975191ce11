import { orNull } from '@freehold/runtime/fastify'
import { Type, type Static } from 'typebox'

/** The bounds of a note. Lengths are in characters (code points), as in the table's constraints. */
export const noteLimits = { title: 200, body: 100_000, tags: 20, tag: 50 } as const

/** Somewhere there is a character that can be seen: no white space, no control, nothing that is never drawn. */
const visible = '[^\\p{Z}\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}]'

const title = Type.String({
  minLength: 1,
  maxLength: noteLimits.title,
  pattern: visible,
  examples: ['Groceries'],
})
const body = Type.String({ maxLength: noteLimits.body, examples: ['Milk, bread, a lemon'] })
const tags = Type.Array(Type.String({ minLength: 1, maxLength: noteLimits.tag }), {
  maxItems: noteLimits.tags,
  description: 'A set in the order given: a tag that is named twice counts once.',
  examples: [['home', 'today']],
})

const closed = { additionalProperties: false } as const

/** What POST and PUT take: a whole note, where body and tags may be left out. */
export const noteInput = Type.Object(
  { title, body: Type.Optional(body), tags: Type.Optional(tags) },
  { ...closed, examples: [{ title: 'Groceries', body: 'Milk, bread, a lemon', tags: ['home'] }] },
)

/** What PATCH takes: a JSON Merge Patch (RFC 7396) of a note. */
export const notePatch = Type.Object(
  {
    title: Type.Optional(title),
    body: Type.Optional(orNull(body)),
    tags: Type.Optional(orNull(tags)),
  },
  {
    ...closed,
    description: 'A JSON Merge Patch (RFC 7396): null takes a member back to its default.',
    examples: [{ tags: ['home', 'done'] }],
  },
)

const authorSchema = Type.Object(
  { displayName: Type.String(), avatarUrl: orNull(Type.String()) },
  {
    description:
      'How the author is called now, as user-service told it: it follows a change of the profile within moments. Null before the first word of it.',
  },
)

/** A note, as every answer shows it. Shared by name in the OpenAPI document. */
export const noteSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    authorId: Type.String({ format: 'uuid' }),
    author: orNull(authorSchema),
    title: Type.String(),
    body: Type.String(),
    tags: Type.Array(Type.String()),
    version: Type.Integer({ minimum: 1 }),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  {
    $id: 'Note',
    description: 'A note. Its ETag has its version, and that of the author’s profile.',
    examples: [
      {
        id: '019aaf5c-5d5a-7c1e-9f43-0d3c5a2f8b11',
        authorId: '019aaf5b-91d0-7b6e-8a55-4f4a0a6c2d10',
        author: { displayName: 'Ada', avatarUrl: 'https://example.org/ada.png' },
        title: 'Groceries',
        body: 'Milk, bread, a lemon',
        tags: ['home'],
        version: 1,
        createdAt: '2026-01-05T09:30:00.000Z',
        updatedAt: '2026-01-05T09:30:00.000Z',
      },
    ],
  },
)

export type NoteInput = Static<typeof noteInput>
export type NotePatch = Static<typeof notePatch>
