import { expect, test } from 'vitest'
import { saidOf, type ApiCase } from '../../../test/fixtures/api-changes.js'
import { parameters, query, withGet } from '../../../test/fixtures/notes-api.js'

const having = (...also: object[]) => withGet({ parameters: parameters(...also) })
const of = (schema: object, change: object = {}) => having(query('q', { schema, ...change }))
const inContent = (type: string, schema: object) =>
  having({ in: 'query', name: 'q', content: { [type]: { schema } } })
const text = { type: 'string' }
const integer = { type: 'integer' }

const cases: readonly ApiCase[] = [
  ['moved into a content', of(text), inContent('application/json', text), ['error parameter-style']],
  [
    'of another content',
    inContent('text/plain', text),
    inContent('application/json', text),
    ['error parameter-style'],
  ],
  [
    'of a content that asks for more',
    inContent('application/json', { type: ['string', 'null'] }),
    inContent('application/json', text),
    ['error request-narrowed'],
  ],
  ['a number that may be any text', of(integer), of(text), []],
  ['a text that must be a number', of(text), of(integer), ['error request-narrowed']],
  [
    'a number that may be a text of some form',
    of(integer),
    of({ ...text, pattern: '^[0-9a-f]+$' }),
    ['warning not-comparable'],
  ],
  [
    'yes or no that is one of some texts',
    of({ type: 'boolean' }),
    of({ enum: ['true', 'false', 'maybe'] }),
    [],
  ],
  ['one of some texts that is yes or no', of({ enum: ['true', 'false'] }), of({ type: 'boolean' }), []],
  ['one of some numbers, as texts', of({ enum: [1, 2] }), of({ enum: ['1', '2', '3'] }), []],
  [
    'one of some numbers, with one less',
    of({ enum: [1, 2] }),
    of({ enum: ['1'] }),
    ['error request-narrowed'],
  ],
  [
    'a text in a content that is a number',
    inContent('application/json', integer),
    inContent('application/json', text),
    ['error request-narrowed'],
  ],
  ['a text that has to be a uuid', of(text), of({ ...text, format: 'uuid' }), ['error request-narrowed']],
  ['digits that are a number', of({ ...text, pattern: '^[0-9]+$' }), of(integer), ['warning not-comparable']],
  ['one of some digits that is a number', of({ enum: ['1', '2'] }), of(integer), []],
  [
    'one of two kinds',
    of({ oneOf: [integer, text] }),
    of({ oneOf: [integer, text], description: 'any' }),
    [],
  ],
  ['one value that may be several, or nothing', of(text), of({ type: ['array', 'null'], items: text }), []],
  ['one value that may be several', of(text), of({ type: 'array', items: text }), []],
  [
    'one value that has to be two',
    of(text),
    of({ type: 'array', items: text, minItems: 2 }),
    ['error request-narrowed'],
  ],
  ['several values that are one', of({ type: 'array', items: text }), of(text), ['error request-narrowed']],
  [
    'several values, joined',
    of({ type: 'array' }),
    of({ type: 'array' }, { explode: false }),
    ['error parameter-style'],
  ],
  ['one value, joined', of(text), of(text, { explode: false }), []],
  [
    'deep objects',
    of({ type: 'object' }),
    of({ type: 'object' }, { style: 'deepObject' }),
    ['error parameter-style'],
  ],
  ['not empty any more', of(text, { allowEmptyValue: true }), of(text), ['error parameter-not-empty']],
  [
    'another default',
    of({ ...integer, default: 20 }),
    of({ ...integer, default: 50 }),
    ['warning default-changed'],
  ],
  ['no default any more', of({ ...integer, default: 20 }), of(integer), ['warning default-changed']],
  ['a default now', of(integer), of({ ...integer, default: 20 }), []],
  [
    'a header that is described elsewhere',
    having({ in: 'header', name: 'Accept', schema: text }),
    having(),
    [],
  ],
  [
    'whole query strings',
    having({
      in: 'querystring',
      content: { 'application/x-www-form-urlencoded': { schema: { required: ['a'] } } },
    }),
    having({
      in: 'querystring',
      content: { 'application/x-www-form-urlencoded': { schema: { required: ['a', 'b'] } } },
    }),
    ['error request-narrowed'],
  ],
]

test.each(cases)('a parameter: %s', (_name, old, now, expected) => {
  expect(saidOf(old, now)).toEqual(expected)
})
