import { expect, it } from 'vitest'
import { apiDocument } from './document.js'

const paths = { '/notes': { get: { responses: { 200: { $ref: '#/components/responses/Notes' } } } } }
const whole = { openapi: '3.1.0', paths, components: { responses: { Notes: {} } } }
const schema = (written: object) => ({ openapi: '3.1.0', components: { schemas: { Note: written } } })

it.each([
  ['of another version', { swagger: '2.0' }, 'is no OpenAPI document of version 3: it says `swagger: 2.0`.'],
  [
    'whose version is a number',
    { openapi: 3.1 },
    'it says `openapi: 3.1`, which is a number without quotes.',
  ],
  [
    'that refers to an anchor that nothing has',
    schema({ $ref: '#here' }),
    '#/components/schemas/Note refers to #here, which it does not have',
  ],
  ['a list', [], 'is no OpenAPI document of version 3'],
  ['without anything', { openapi: '3.1.0' }, 'it has neither paths nor webhooks nor components'],
  ['with a list of paths', { openapi: '3.1.0', paths: [] }, 'paths is no object'],
  ['with a path that is a text', { openapi: '3.1.0', paths: { '/notes': 'get' } }, '/notes is no object'],
  [
    'with a method that is none',
    { openapi: '3.1.0', paths: { '/notes': { get: [] } } },
    'GET /notes is no object',
  ],
  [
    'with parameters by name',
    { openapi: '3.0.0', paths: { '/notes': { get: { parameters: {} } } } },
    'the parameters of GET /notes are no list',
  ],
  [
    'with a list of answers',
    { openapi: '3.0.0', paths: { '/notes': { get: { responses: [] } } } },
    'what GET /notes answers is no object',
  ],
  [
    'that refers to what is not there',
    { ...whole, components: {} },
    '#/paths/~1notes/get/responses/200 refers to #/components/responses/Notes, which it does not have',
  ],
  [
    'that refers to another document',
    schema({ $ref: 'common.json#/Note' }),
    '#/components/schemas/Note refers to common.json#/Note, which is another document',
  ],
  [
    'that refers to something in itself, wrongly escaped',
    schema({ $ref: '#/%E0%A4%A' }),
    'which it does not have',
  ],
])('a document %s is refused, and says why', (_name, document, message) => {
  expect(() => apiDocument(document, 'api.json')).toThrow(message)
})

it.each([
  ['all that it refers to', whole],
  [
    'what looks like a reference in data',
    schema({ example: { $ref: 'x' }, default: { $ref: 'y' }, enum: [{ $ref: 'z' }] }),
  ],
  [
    'members that are called like keywords',
    schema({ properties: { $ref: { type: 'string' }, example: { type: 'string' } } }),
  ],
  [
    'anchors and addresses of its own',
    schema({
      $defs: { a: { $anchor: 'here' }, b: { $id: 'https://x/b', $defs: { c: {} } } },
      allOf: [{ $ref: '#here' }, { $ref: 'https://x/b' }, { $ref: 'https://x/b#/$defs/c' }],
    }),
  ],
  ['extensions', { ...whole, 'x-more': { $ref: 'elsewhere' } }],
])('a document with %s is taken', (_name, document) => {
  expect(apiDocument(document, 'api.json').root).toBe(document)
})

it('names no more faults than one can read', () => {
  const schemas = Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map((name) => [name, { $ref: `#/${name}` }]))
  expect(() => apiDocument({ openapi: '3.1.0', components: { schemas } }, 'api.json')).toThrow(
    /#\/C.*; and 2 more\.$/,
  )
})
