import type { JsonSchema } from '@freehold/manifest'
import { describe, expect, it } from 'vitest'
import { containment } from './containment.js'

type Written = object | boolean

function compared(left: Written, right: Written): string {
  const { is, differences } = containment({ schema: left as JsonSchema }, { schema: right as JsonSchema })
  return [is, ...differences.map(({ path, reason }) => `${path || '.'} ${reason}`)].join('; ')
}

const a = { properties: { a: {} } }
const b = { properties: { b: {} } }
const text = { type: 'string' }
const number = { type: 'number' }
const list = { type: 'array' }
const seventh = { $schema: 'http://json-schema.org/draft-07/schema#' }

/** What each keyword comes to, also where it says something else only by what stands beside it. */
const table: readonly (readonly [keyword: string, left: Written, right: Written, expected: string])[] = [
  ['if', { if: a, then: text }, { if: a, then: text, title: 'x' }, 'yes'],
  ['if', { if: text, then: { maxLength: 3 } }, { if: text, then: { maxLength: 4 } }, 'yes'],
  [
    'if',
    { if: text, then: { maxLength: 4 } },
    { if: text, then: { maxLength: 3 } },
    'no; . may be longer than 3 characters',
  ],
  [
    'if',
    {
      allOf: [
        { if: text, then: { maxLength: 4 } },
        { if: number, then: { maxLength: 3 } },
      ],
    },
    { if: text, then: { maxLength: 3 } },
    'no; . may be longer than 3 characters',
  ],
  [
    'if',
    { if: text, then: { maxLength: 3 }, else: number },
    { if: text, then: { maxLength: 4 }, else: number },
    'yes',
  ],
  [
    'if',
    { if: text, then: { maxLength: 3 } },
    { if: text, then: { maxLength: 3 }, else: { maximum: 4 } },
    'no; . may be more than 4',
  ],
  ['then without if', { then: text }, { then: number }, 'yes'],
  [
    'else',
    { if: text, else: number },
    { anyOf: [text, number] },
    'unknown; . may be what none of the alternatives allows',
  ],
  ['dependentRequired', { dependentRequired: { a: ['b', 'c'] } }, { dependentRequired: { a: ['b'] } }, 'yes'],
  [
    'dependentRequired',
    { type: 'object', properties: { a: text } },
    { dependentRequired: { a: ['b'] } },
    'no; b may be absent where a is there',
  ],
  ['dependentRequired', { type: 'object', required: ['b'] }, { dependentRequired: { a: ['b'] } }, 'yes'],
  [
    'dependentSchemas',
    { type: 'object' },
    { dependentSchemas: { a: { required: ['b'] } } },
    'no; b may be absent',
  ],
  [
    'dependentSchemas',
    { dependentSchemas: { a: { required: ['b', 'c'] } } },
    { dependentSchemas: { a: { required: ['b'] } } },
    'yes',
  ],
  [
    'dependencies',
    { ...seventh, dependencies: { a: ['b'] } },
    { ...seventh, dependencies: { a: ['b'] }, title: 'x' },
    'yes',
  ],
  [
    'dependencies',
    { ...seventh, type: 'object', properties: { a: text } },
    { ...seventh, dependencies: { a: ['b'] } },
    'no; b may be absent where a is there',
  ],
  [
    'propertyNames',
    { type: 'object', ...a, additionalProperties: false },
    { propertyNames: { maxLength: 1 } },
    'yes',
  ],
  [
    'propertyNames',
    { type: 'object', properties: { long: {} }, additionalProperties: false },
    { propertyNames: { maxLength: 1 } },
    'no; long may be there',
  ],
  [
    'propertyNames',
    { type: 'object', propertyNames: { maxLength: 1 } },
    { propertyNames: { maxLength: 2 } },
    'yes',
  ],
  ['contains', { ...list, contains: { const: 1 } }, { contains: number }, 'yes'],
  [
    'contains',
    { ...list, contains: number },
    { contains: { const: 1 } },
    'no; . may have too few elements of those that contains asks for',
  ],
  ['contains', { ...list, minItems: 1, items: number }, { contains: number }, 'yes'],
  [
    'minContains',
    { ...list, contains: number, minContains: 0 },
    { contains: number },
    'no; . may have too few elements of those that contains asks for',
  ],
  ['minContains', { ...list, contains: number, minContains: 3 }, { contains: number, minContains: 2 }, 'yes'],
  [
    'maxContains',
    { ...list, contains: number, maxContains: 3, items: number, minItems: 1 },
    { contains: number, maxContains: 2 },
    'no; . may have too many elements of those that contains counts',
  ],
  ['maxContains', list, { maxContains: 2 }, 'yes'],
  [
    'unevaluatedProperties',
    { type: 'object', ...a, ...{ properties: { a: {}, b: {} } }, unevaluatedProperties: false },
    { type: 'object', ...a, unevaluatedProperties: false },
    'no; b may be null; b may be true; b may be false; b may be there',
  ],
  [
    'unevaluatedProperties',
    { type: 'object', allOf: [a], unevaluatedProperties: { const: 0 } },
    { unevaluatedProperties: { const: 0 } },
    'no; a may be null; a may be true; a may be false; a may be a number that is not one of a few; a may be a string that is not one of a few; a may be an array that is not one of a few; a may be an object that is not one of a few',
  ],
  [
    'unevaluatedProperties',
    { type: 'object', allOf: [a, b], unevaluatedProperties: false },
    { allOf: [b, a], additionalProperties: true },
    'yes',
  ],
  [
    'unevaluatedProperties',
    { type: 'object', anyOf: [a, b], unevaluatedProperties: false },
    { type: 'object', anyOf: [a, b, { properties: { c: {} } }], unevaluatedProperties: false },
    'unknown; . may not be what unevaluatedProperties demands',
  ],
  [
    'unevaluatedItems',
    { ...list, prefixItems: [text, text], unevaluatedItems: false },
    { ...list, prefixItems: [text], unevaluatedItems: false },
    'no; [1] may be there',
  ],
  [
    'unevaluatedItems',
    { ...list, contains: text, unevaluatedItems: number },
    { ...list, contains: number, unevaluatedItems: number },
    'unknown; . may not be what unevaluatedItems demands; . may have too few elements of those that contains asks for',
  ],
  ['prefixItems', { ...list, prefixItems: [text], items: number }, { prefixItems: [text, number] }, 'yes'],
  [
    'items of draft 7',
    { ...list, items: [text], additionalItems: number },
    { ...list, prefixItems: [text], items: number },
    'yes',
  ],
  [
    'additionalItems',
    { ...list, items: [text] },
    { ...list, items: [text], additionalItems: false },
    'no; [1] may be null; [1] may be true; [1] may be false; [1] may be there',
  ],
  [
    'additionalItems',
    list,
    { items: number, additionalItems: false },
    'no; [] may be null; [] may be true; [] may be false; [] may be a string; [] may be an array; [] may be an object',
  ],
  [
    'multipleOf',
    { type: 'number', multipleOf: 1e-10 },
    { multipleOf: 1 },
    'no; . may be a number that is no integer',
  ],
  ['multipleOf', { type: 'number', multipleOf: 0.3 }, { multipleOf: 0.1 }, 'yes'],
  ['exclusiveMaximum', { type: 'integer', exclusiveMaximum: 3 }, { maximum: 2 }, 'yes'],
  ['minProperties', { type: 'object', required: ['a', 'b'] }, { minProperties: 2 }, 'yes'],
  ['format', { ...text, format: 'date' }, { ...text, format: 'date-time' }, 'no; . may be no date-time'],
  ['boolean schemas', { ...list, items: false }, { ...list, maxItems: 0 }, 'yes'],
]

describe('each keyword', () => {
  it.each(table)('%s: %j in %j', (_, left, right, expected) => {
    expect(compared(left, right)).toBe(expected)
  })
})

describe('a keyword whose value makes no sense', () => {
  it.each([
    { minLength: '3' },
    { pattern: '(' },
    { patternProperties: { '(': {} } },
    { type: 'strng' },
    { required: 'a' },
    { anyOf: [] },
    { properties: 3 },
    { properties: { a: 3 } },
    { items: 'a' },
    { exclusiveMinimum: true, minimum: 3 },
    { dependencies: 3 },
    { $ref: 3 },
  ])('%j is not taken for nothing', (schema) => {
    expect(compared({ title: 'x' }, schema)).toMatch(/^unknown; .*demands/)
    expect(compared({ title: 'x', ...schema }, schema)).toBe('yes')
  })
})

it('what has too many alternatives is not known, and takes no time', () => {
  const nested = (depth: number): object =>
    depth === 0
      ? { enum: [1, 2] }
      : { anyOf: [{ properties: { a: nested(depth - 1) } }, { properties: { b: nested(depth - 1) } }] }
  const started = performance.now()
  expect(compared({ ...nested(7), type: 'object' }, { oneOf: [nested(7), { not: nested(6) }] })).toMatch(
    /^(unknown|no); /,
  )
  expect(performance.now() - started).toBeLessThan(20_000)
})
