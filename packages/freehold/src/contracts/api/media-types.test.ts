import { describe, expect, it, test } from 'vitest'
import { saidOf, type ApiCase } from '../../../test/fixtures/api-changes.js'
import { withGet, withPost } from '../../../test/fixtures/notes-api.js'
import { canonicalMediaType, closest, covers } from './document/media-types.js'

const text = { type: 'string' }
const of = (...types: string[]) => Object.fromEntries(types.map((type) => [type, { schema: text }]))
const taking = (...types: string[]) => withPost({ requestBody: { required: true, content: of(...types) } })
const giving = (...types: string[]) => withGet({ responses: { 200: { content: of(...types) } } })
const form = (encoding: object) =>
  withPost({
    requestBody: {
      required: true,
      content: { 'multipart/form-data': { schema: { properties: { file: {}, tags: {} } }, encoding } },
    },
  })

const cases: readonly ApiCase[] = [
  ['taken with a character set', taking('application/json'), taking('Application/JSON; charset=utf-8'), []],
  ['taken by a range', taking('application/json'), taking('application/*'), ['note media-type-added']],
  ['taken by less than a range', taking('image/*'), taking('image/png'), ['error media-type-removed']],
  [
    'taken in a version only',
    taking('application/json'),
    taking('application/json;v=2'),
    ['error media-type-removed'],
  ],
  [
    'taken in any version',
    taking('application/json;v=2'),
    taking('application/json'),
    ['note media-type-added'],
  ],
  ['given with a character set', giving('text/plain'), giving('text/plain;charset=utf-8'), []],
  ['given out of a range', giving('application/*'), giving('application/json'), []],
  ['given as anything', giving('application/json'), giving('*/*'), ['warning media-type-widened']],
  [
    'given as another',
    giving('application/json'),
    giving('application/xml'),
    ['error media-type-removed', 'note media-type-added'],
  ],
  [
    'the same form',
    form({ file: { contentType: 'image/png, image/jpeg' } }),
    form({ file: { contentType: 'image/jpeg,image/png' } }),
    [],
  ],
  [
    'a form of other images',
    form({ file: { contentType: 'image/png' } }),
    form({ file: { contentType: 'image/jpeg' } }),
    ['error encoding-changed'],
  ],
  [
    'a form of some images',
    form({}),
    form({ file: { contentType: 'image/jpeg' } }),
    ['warning encoding-changed'],
  ],
  ['a form of joined lists', form({}), form({ tags: { explode: false } }), ['error encoding-changed']],
  ['a form of exploded lists, as before', form({}), form({ tags: { style: 'form', explode: true } }), []],
]

test.each(cases)('a content: %s', (_name, old, now, expected) => {
  expect(saidOf(old, now)).toEqual(expected)
})

test('what is in a content of less than the range is compared with what was said of the range', () => {
  const given = (type: string, schema: object) =>
    withGet({ responses: { 200: { content: { [type]: { schema } } } } })
  expect(
    saidOf(given('application/*', text), given('application/json', { type: ['string', 'null'] })),
  ).toEqual(['error response-widened'])
})

describe('a media type', () => {
  it('is the same in any case, with blanks and a character set', () => {
    expect(canonicalMediaType('Text/HTML ; Charset=UTF-8; b=2;a=1')).toBe('text/html;a=1;b=2')
  })

  it.each([
    ['*/*', 'text/plain', true],
    ['text/*', 'text/plain', true],
    ['text/*', 'image/png', false],
    ['application/*+json', 'application/problem+json', true],
    ['application/*+json', 'application/json', false],
    ['text/plain', 'text/*', false],
    ['text/plain', 'text/plain;v=1', true],
    ['text/plain;v=1', 'text/plain', false],
  ])('%s covers %s: %s', (range, type, expected) => {
    expect(covers(range, type)).toBe(expected)
  })

  it('is described best by what is narrowest', () => {
    const content = new Map([
      ['*/*', 'any'],
      ['text/*', 'text'],
      ['text/plain', 'plain'],
    ])
    expect(['text/plain', 'text/css', 'image/png'].map((type) => closest(content, type))).toEqual([
      'plain',
      'text',
      'any',
    ])
  })
})
