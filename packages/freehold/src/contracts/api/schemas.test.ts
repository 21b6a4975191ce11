import { expect, test } from 'vitest'
import { saidOf, type ApiCase } from '../../../test/fixtures/api-changes.js'
import { api, json, schemas } from '../../../test/fixtures/notes-api.js'
import type { ApiDocument } from './document/document.js'

const text = { type: 'string' }
const integer = { type: 'integer' }
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
})
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const of = (
  way: 'asked' | 'told',
  schema: object,
  also: object = {},
  type = 'application/json',
): ApiDocument => {
  const content = { [type]: { schema } }
  const post =
    way === 'asked'
      ? { requestBody: { content }, responses: { 204: {} } }
      : { responses: { 200: { content } } }
  return api({
    components: { ...schemas(), schemas: { ...schemas().schemas, ...also } },
    paths: { '/x': { post } },
  })
}
const anchored = (schema: object) => ({ Part: { $anchor: 'part', ...schema } })
const overlapping = { oneOf: [object({ a: text }), object({ b: text })] }
const wrapped = (schema: object) => object({ choice: schema }, ['choice'])
const withNote = (schema: object) => object({ choice: schema, remark: text }, ['choice'])
const pet = { Pet: object({ kind: text }, ['kind']) }
const dog = (bark: object) => ({ allOf: [ref('Pet'), object({ bark }, ['bark'])] })

const cases: readonly ApiCase[] = [
  [
    'alternatives that overlap, beside what is new',
    of('told', wrapped(overlapping)),
    of('told', withNote(overlapping)),
    ['note response-member-added'],
  ],
  [
    'what is part of a whole in answers',
    of('told', dog(text), pet),
    of('told', dog(integer), pet),
    ['error response-widened'],
  ],
  [
    'what is part of a whole, by a reference with more beside it',
    of('told', { ...ref('Pet'), ...object({ bark: text }, ['bark']) }, pet),
    of('told', { ...ref('Pet'), ...object({ bark: integer }, ['bark']) }, pet),
    ['error response-widened'],
  ],
  [
    'what an anchor leads to',
    of('asked', { $ref: '#part' }, anchored(text)),
    of('asked', { $ref: '#part' }, anchored(integer)),
    ['error request-narrowed'],
  ],
  [
    'an optional member in a map',
    of('asked', { additionalProperties: object({ a: text }) }),
    of('asked', { additionalProperties: object({ a: text, b: text }) }),
    ['note request-member-added'],
  ],
  [
    'an optional member in a list of some',
    of('told', { prefixItems: [object({ a: text, b: text })] }),
    of('told', { prefixItems: [object({ a: text })] }),
    ['warning response-member-removed'],
  ],
  [
    'numbers of 32 bits in requests',
    of('asked', integer),
    of('asked', { ...integer, format: 'int32' }),
    Array(2).fill('error request-narrowed'),
  ],
  [
    'numbers of 64 bits in answers',
    of('told', { ...integer, format: 'int32' }),
    of('told', { ...integer, format: 'int64' }),
    Array(2).fill('error response-widened'),
  ],
  [
    'a number in a form that is any text',
    of('asked', object({ n: integer }), {}, 'multipart/form-data'),
    of('asked', object({ n: text }), {}, 'multipart/form-data'),
    [],
  ],
  [
    'the same in JSON',
    of('asked', object({ n: integer })),
    of('asked', object({ n: text })),
    ['error request-narrowed'],
  ],
]

test.each(cases)('schemas: %s', (_name, old, now, expected) => {
  expect(saidOf(old, now)).toEqual(expected)
})

test('of schemas that refer to one another, what changed is said where it is met first, and soon', () => {
  const names = Array.from({ length: 14 }, (_, index) => `E${index}`)
  const entities = (change: object) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        object({
          ...Object.fromEntries(names.map((other) => [other, ref(other)])),
          ...(index === 7 && change),
        }),
      ]),
    )
  const at = (change: object) => of('told', ref('E0'), entities(change))
  expect(saidOf(at({ size: integer }), at({ size: integer }))).toEqual([])
  const changes = saidOf(at({ size: integer }), at({ size: { type: ['integer', 'null'] } }))
  expect(changes).toEqual(['error response-widened'])
})

test('a path has what stands beside its reference', () => {
  const shared = (item: object) =>
    api({
      components: { ...schemas(), pathItems: { X: { get: { responses: { 200: {} } } } } },
      paths: { '/x': { $ref: '#/components/pathItems/X', ...item } },
    })
  const post = { post: { responses: { 200: { content: json(text) } } } }
  expect(saidOf(shared(post), shared({}))).toEqual(['error operation-removed'])
})
