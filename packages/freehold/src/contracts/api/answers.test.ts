import { expect, test } from 'vitest'
import { saidOf, type ApiCase } from '../../../test/fixtures/api-changes.js'
import { api, json, schemas, withGet } from '../../../test/fixtures/notes-api.js'

const text = { type: 'string' }
const answers = (responses: object) => withGet({ responses })
const ok = { content: json(text) }
const orNull = { content: json({ type: ['string', 'null'] }) }
const header = (change: object) => answers({ 200: { headers: { 'X-Total': { schema: text, ...change } } } })
const required = { required: true }

const cases: readonly ApiCase[] = [
  ['a hundred that is one', answers({ '2XX': ok }), answers({ 200: ok }), []],
  [
    'a hundred that is one, and more',
    answers({ '2XX': ok }),
    answers({ 200: orNull }),
    ['error response-widened'],
  ],
  ['one that is a hundred', answers({ 200: ok }), answers({ '2xx': ok }), ['warning status-added']],
  [
    'one that is a hundred, and more',
    answers({ 200: ok }),
    answers({ '2XX': orNull }),
    ['error response-widened', 'warning status-added'],
  ],
  [
    'a hundred that is gone',
    answers({ '2XX': ok }),
    answers({ 302: {} }),
    ['error status-removed', 'warning status-added'],
  ],
  ['one that is any', answers({ 200: ok }), answers({ default: ok }), ['note status-added']],
  [
    'one that is any other',
    answers({ 200: ok }),
    answers({ 204: {}, default: ok }),
    ['error status-removed', 'warning status-added', 'note status-added'],
  ],
  [
    'a failure that is a hundred',
    answers({ 200: ok, '4XX': ok }),
    answers({ 200: ok, 404: ok, 409: ok }),
    [],
  ],
  [
    'a failure that is said with all others',
    answers({ 200: ok, 404: ok }),
    answers({ 200: ok, default: orNull }),
    ['note status-added', 'error response-widened'],
  ],
  [
    'a failure that is said with its hundred',
    answers({ 200: ok, 404: ok, '4XX': ok }),
    answers({ 200: ok, '4XX': ok }),
    [],
  ],
  ['a header that was sure', header(required), header({}), ['error header-optional']],
  ['a header that is sure now', header({}), header(required), []],
  ['a header that is new', answers({ 200: {} }), header({}), ['note header-added']],
  ['a header that is a number', header({}), header({ schema: { type: 'integer' } }), []],
  [
    'a header that is any text',
    header({ schema: { type: 'integer' } }),
    header({}),
    ['error response-widened'],
  ],
  [
    'a header of a content',
    header({}),
    header({ schema: undefined, content: json(text) }),
    ['error header-style'],
  ],
]

test.each(cases)('an answer: %s', (_name, old, now, expected) => {
  expect(saidOf(old, now)).toEqual(expected)
})

test('a member that is only read is asked of nobody, also where another part of the schema asks for it', () => {
  const note = (required: readonly string[]) =>
    api({
      components: {
        ...schemas({}, []),
        schemas: {
          Note: {
            allOf: [
              { type: 'object', properties: { id: { $ref: '#/components/schemas/Id' }, title: text } },
              { required },
            ],
          },
          Id: { type: 'string', readOnly: true },
        },
      },
    })
  expect(saidOf(note(['title']), note(['title', 'id']))).toEqual([])
})

test('beside a reference, 3.0 passes over what 3.1 reads', () => {
  const of = (openapi: string, also: object) =>
    api({
      openapi,
      paths: {
        '/notes/{id}': {
          get: { responses: { 200: { content: json({ $ref: '#/components/schemas/Note', ...also }) } } },
        },
      },
    })
  const narrower = { required: ['tag'] }
  expect(saidOf(of('3.1.0', narrower), of('3.1.0', {}))).toEqual(['error response-widened'])
  expect(saidOf(of('3.0.3', narrower), of('3.0.3', {}))).toEqual([])
})
