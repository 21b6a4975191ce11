import { describe, expect, it } from 'vitest'
import {
  answer,
  api,
  get,
  json,
  note,
  parameters,
  post,
  query,
  schemas,
  withGet,
  withPost,
} from '../../../test/fixtures/notes-api.js'
import { compareApis } from './compare-apis.js'

const open = { type: 'object' }

/** From a document, or the usual one, to another. */
const table: readonly (readonly [
  name: string,
  now: ReturnType<typeof api>,
  expected: readonly string[],
  old?: ReturnType<typeof api>,
])[] = [
  ['nothing', api(), []],
  [
    'a path whose parameter is called otherwise',
    api({
      paths: {
        '/notes/{id}': {},
        '/notes/{noteId}': {
          get: {
            ...get(),
            parameters: [
              get().parameters[0],
              { in: 'path', name: 'noteId', required: true, schema: { type: 'string' } },
            ],
          },
        },
      },
    }),
    [],
  ],
  ['an operation that is gone', api({ paths: { '/notes': {} } }), ['error operation-removed']],
  ['an operation that is new', api({ paths: { '/tags': { get: get() } } }), ['note operation-added']],
  ['an operation that is deprecated', withGet({ deprecated: true }), ['note operation-deprecated']],
  [
    'an optional parameter that is new',
    withGet({ parameters: parameters(query('after')) }),
    ['note parameter-added'],
  ],
  [
    'a required parameter that is new',
    withGet({ parameters: parameters(query('after', { required: true })) }),
    ['error parameter-required'],
  ],
  ['a parameter that is gone', withGet({ parameters: [get().parameters[1]] }), ['error parameter-removed']],
  [
    'a parameter that becomes required',
    withGet({ parameters: [{ ...schemas().parameters.Limit, required: true }, get().parameters[1]] }),
    ['error parameter-required'],
  ],
  [
    'a parameter that becomes optional',
    api(),
    ['note parameter-optional'],
    withGet({ parameters: [{ ...schemas().parameters.Limit, required: true }, get().parameters[1]] }),
  ],
  [
    'a parameter that is narrowed',
    api({
      components: {
        ...schemas(),
        parameters: { Limit: { in: 'query', name: 'limit', schema: { type: 'integer', maximum: 50 } } },
      },
    }),
    ['error request-narrowed'],
  ],
  [
    'a parameter that is widened',
    api({
      components: {
        ...schemas(),
        parameters: { Limit: { in: 'query', name: 'limit', schema: { type: 'number' } } },
      },
    }),
    [],
  ],
  [
    'a parameter that is written otherwise',
    withGet({ parameters: parameters(query('tags', { explode: false, schema: { type: 'array' } })) }),
    ['error parameter-style'],
    withGet({ parameters: parameters(query('tags', { schema: { type: 'array' } })) }),
  ],
  [
    'a header parameter in another case',
    withGet({ parameters: parameters({ in: 'header', name: 'IF-MATCH', schema: { type: 'string' } }) }),
    [],
    withGet({ parameters: parameters({ in: 'header', name: 'if-match', schema: { type: 'string' } }) }),
  ],
  [
    'a query that is a header now',
    withGet({ parameters: parameters({ in: 'header', name: 'q', schema: {} }) }),
    ['error parameter-removed', 'note parameter-added'],
    withGet({ parameters: parameters(query('q')) }),
  ],
  [
    'a body that is needed',
    withGet({ requestBody: { required: true, content: json(note) } }),
    ['error body-required'],
  ],
  ['a body that may be', withGet({ requestBody: { content: json(note) } }), ['note body-added']],
  [
    'a body that becomes required',
    api(),
    ['error body-required'],
    withPost({ requestBody: { content: json(note) } }),
  ],
  [
    'a body that is gone',
    withPost({ requestBody: undefined, responses: post().responses }),
    ['error body-removed'],
  ],
  [
    'a media type of requests that is gone',
    withPost({ requestBody: { required: true, content: { 'text/plain': {} } } }),
    ['error media-type-removed', 'note media-type-added'],
  ],
  [
    'a media type of requests that is new',
    withPost({ requestBody: { required: true, content: { ...json(note), 'text/plain': {} } } }),
    ['note media-type-added'],
  ],
  [
    'a member of requests that is new and optional, where others were let pass',
    withPost({
      requestBody: {
        required: true,
        content: json({
          type: 'object',
          properties: { text: {}, remark: { type: 'object', required: ['by'], properties: { by: {} } } },
        }),
      },
    }),
    ['note request-member-added'],
    withPost({
      requestBody: { required: true, content: json({ type: 'object', properties: { text: {} } }) },
    }),
  ],
  [
    'a member of requests that is new and required',
    withPost({
      requestBody: {
        required: true,
        content: json({ allOf: [note, { properties: { kind: {} }, required: ['kind'] }] }),
      },
    }),
    ['error request-narrowed', 'note request-member-added'],
  ],
  [
    'a member that is only read, and required now',
    api({ components: schemas({ at: { type: 'string', readOnly: true } }, ['id', 'title', 'at']) }),
    ['note response-member-added', 'note response-member-added'],
  ],
  [
    'a member of requests that is shorter',
    withPost({
      requestBody: {
        required: true,
        content: json({ allOf: [note, { properties: { title: { maxLength: 200 } } }] }),
      },
    }),
    ['error request-narrowed'],
  ],
  [
    'an enum of requests with one less',
    withPost({ requestBody: { required: true, content: json({ enum: ['a'] }) } }),
    ['error request-narrowed'],
    withPost({ requestBody: { required: true, content: json({ enum: ['a', 'b'] }) } }),
  ],
  [
    'requests that are closed',
    withPost({ requestBody: { required: true, content: json({ ...open, additionalProperties: false }) } }),
    ['error request-narrowed'],
    withPost({ requestBody: { required: true, content: json(open) } }),
  ],
  [
    'an optional member of answers that is new',
    withGet(
      answer({
        type: 'object',
        properties: { ...schemas().schemas.Note.properties, at: {} },
        required: ['id', 'title'],
      }),
    ),
    ['note response-member-added'],
  ],
  [
    'a required member of answers that is gone',
    withGet(
      answer({
        type: 'object',
        properties: { id: { type: 'string' }, tag: { type: 'string' } },
        required: ['id'],
      }),
    ),
    ['error response-widened'],
  ],
  [
    'a required member of answers that may be absent',
    withGet(answer({ ...schemas().schemas.Note, required: ['id'] })),
    ['error response-widened'],
  ],
  [
    'an optional member of answers that is gone',
    withGet(
      answer({
        type: 'object',
        properties: { id: { type: 'string' }, title: { type: 'string' } },
        required: ['id', 'title'],
      }),
    ),
    ['warning response-member-removed'],
  ],
  [
    'a member of answers that may be null',
    withGet(
      answer({
        allOf: [
          {
            type: 'object',
            properties: {
              id: { type: 'string' },
              title: { type: ['string', 'null'] },
              tag: { type: 'string' },
            },
            required: ['id', 'title'],
          },
        ],
      }),
    ),
    ['error response-widened'],
  ],
  [
    'the same in the words of 3.0',
    api({ openapi: '3.0.3', components: schemas({ title: { type: 'string', nullable: true } }) }),
    ['error response-widened', 'error response-widened'],
    api({ openapi: '3.0.3' }),
  ],
  [
    'an enum of answers with one more',
    withGet(answer({ enum: ['a', 'b'] })),
    ['error response-widened'],
    withGet(answer({ enum: ['a'] })),
  ],
  [
    'an enum of answers with one less',
    withGet(answer({ enum: ['a'] })),
    [],
    withGet(answer({ enum: ['a', 'b'] })),
  ],
  [
    'a pattern that cannot be compared',
    withGet(answer({ type: 'string', pattern: '^(?:ab){3}z$' })),
    ['warning not-comparable'],
    withGet(answer({ type: 'string', pattern: '^(?:ab){2,4}z$' })),
  ],
  [
    'answers that were closed, with more',
    withGet(answer({ type: 'object', properties: { a: {}, b: {} }, additionalProperties: false })),
    ['note response-member-added'],
    withGet(answer({ type: 'object', properties: { a: {} }, additionalProperties: false })),
  ],
  [
    'a success that is gone',
    withGet({ responses: { 204: {}, 404: {} } }),
    ['error status-removed', 'warning status-added'],
  ],
  ['a failure that is new', withGet({ responses: { ...get().responses, 409: {} } }), ['note status-added']],
  ['a failure that is gone', withGet({ responses: { 200: get().responses[200] } }), []],
  [
    'a failure that was any',
    withGet({ responses: { ...get().responses, 409: { content: json({ type: 'string' }) } } }),
    ['error response-widened'],
    withGet({ responses: { ...get().responses, default: { content: json({ type: 'number' }) } } }),
  ],
  [
    'a media type of answers that is gone',
    withGet({ responses: { 200: { ...get().responses[200], content: { 'text/plain': {} } }, 404: {} } }),
    ['error media-type-removed', 'note media-type-added'],
  ],
  [
    'a header of answers that is gone',
    withGet({ responses: { 200: { content: json(note) }, 404: {} } }),
    ['error header-removed'],
  ],
  [
    'a token that is asked for',
    api({ security: [{ token: [] }] }),
    ['error security-added', 'error security-added'],
  ],
  [
    'a scope more',
    api({ security: [{ token: ['read', 'write'] }] }),
    ['error security-added', 'error security-added'],
    api({ security: [{ token: ['read'] }] }),
  ],
  [
    'another way in',
    api({ security: [{ token: [] }, { key: [] }] }),
    ['note security-loosened', 'note security-loosened'],
    api({ security: [{ token: [] }] }),
  ],
  [
    'no token any more',
    api(),
    ['note security-loosened', 'note security-loosened'],
    api({ security: [{ token: [] }] }),
  ],
  [
    'a schema that has itself as a part',
    api({ components: schemas({ parts: { type: 'array', items: note } }) }),
    [],
    api({ components: schemas({ parts: { type: 'array', items: note } }) }),
  ],
]

describe('a change of an API', () => {
  for (const [name, now, expected, old = api()] of table)
    it(name, () => {
      expect(compareApis(old, now).map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(expected)
    })

  it('says where, what and what would show it', () => {
    expect(
      compareApis(api(), withGet(answer({ ...schemas().schemas.Note, required: ['id'] }))),
    ).toMatchObject([
      {
        operation: 'GET /notes/{id}',
        message:
          'GET /notes/{id}: the answer 200: title may be absent (in an answer, which clients do not expect).',
        details: { path: 'title', witness: { id: '' } },
      },
    ])
  })
})
