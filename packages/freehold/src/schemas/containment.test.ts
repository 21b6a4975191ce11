import type { JsonSchema } from '@freehold/manifest'
import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { containment } from './containment.js'

type Written = object | boolean

function compared(left: Written, right: Written): string {
  const { is, differences } = containment({ schema: left as JsonSchema }, { schema: right as JsonSchema })
  return [is, ...differences.map(({ path, reason }) => `${path || '.'} ${reason}`)].join('; ')
}

const closed = { additionalProperties: false }
const note = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'], ...closed }
const tree = (value: Written): JsonSchema => ({
  $ref: '#/$defs/Tree',
  $defs: {
    Tree: {
      type: 'object',
      properties: { value, children: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
      required: ['value', 'children'],
    },
  },
})
const card = {
  type: 'object',
  properties: { kind: { const: 'card' }, number: { type: 'string' } },
  required: ['kind', 'number'],
}
const cash = { type: 'object', properties: { kind: { const: 'cash' } }, required: ['kind'] }

const table: readonly (readonly [left: Written, right: Written, expected: string])[] = [
  [true, {}, 'yes'],
  [false, { type: 'string' }, 'yes'],
  [{ type: 'string' }, false, 'no; . may be there'],
  [{ type: 'integer' }, { type: 'number' }, 'yes'],
  [{ type: 'number' }, { type: 'integer' }, 'no; . may be a number that is no integer'],
  [{ type: 'number', multipleOf: 4 }, { type: 'integer', multipleOf: 2 }, 'yes'],
  [{ type: 'integer' }, { multipleOf: 2 }, 'no; . may be no multiple of 2'],
  [{ type: 'string' }, { type: ['string', 'null'] }, 'yes'],
  [{ type: ['string', 'null'] }, { type: 'string' }, 'no; . may be null'],
  [{ enum: ['a', 'b'] }, { type: 'string' }, 'yes'],
  [{ enum: ['a', 'b', 1] }, { enum: ['b', 'a'] }, 'no; . may be 1'],
  [{ type: 'string' }, { const: 'a' }, 'no; . may be a string that is not one of a few'],
  [{ type: 'boolean' }, { enum: [true, false] }, 'yes'],
  [{ type: 'integer', minimum: 1 }, { exclusiveMinimum: 0 }, 'yes'],
  [{ type: 'number', minimum: 0 }, { exclusiveMinimum: 0 }, 'no; . may be 0 or less'],
  [{ type: 'number', maximum: 10 }, { maximum: 9.5 }, 'no; . may be more than 9.5'],
  [{ type: 'number', minimum: 1, maximum: 2 }, { minimum: 1, maximum: 2 }, 'yes'],
  [{ type: 'string', minLength: 2, maxLength: 3 }, { type: 'string', minLength: 1, maxLength: 4 }, 'yes'],
  [{ type: 'string' }, { type: 'string', maxLength: 5 }, 'no; . may be longer than 5 characters'],
  [
    { type: 'string', maxLength: 3 },
    { type: 'string', minLength: 1 },
    'no; . may be shorter than 1 characters',
  ],
  [{ type: 'string', format: 'uuid' }, { type: 'string' }, 'yes'],
  [{ type: 'string' }, { type: 'string', format: 'uuid' }, 'no; . may be no uuid'],
  [{ type: 'string' }, { type: 'string', pattern: '^[a-z]+$' }, 'no; . may not match ^[a-z]+$'],
  [
    { type: 'string', pattern: '^[f-h]z$' },
    { type: 'string', pattern: '^[f-g]z$' },
    'unknown; . may not match ^[f-g]z$',
  ],
  [{ type: 'array', items: { type: 'integer' } }, { type: 'array', items: { type: 'number' } }, 'yes'],
  [
    { type: 'array', items: { type: ['string', 'null'] } },
    { type: 'array', items: { type: 'string' } },
    'no; [] may be null',
  ],
  [{ type: 'array', maxItems: 3 }, { type: 'array', maxItems: 2 }, 'no; . may have more than 2 elements'],
  [
    { type: 'array', items: { type: 'string' } },
    { type: 'array', uniqueItems: true },
    'no; . may have an element twice',
  ],
  [
    { type: 'array', prefixItems: [{ type: 'string' }], items: false },
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
    'yes',
  ],
  [
    { type: 'array', items: [{ type: 'string' }] },
    { type: 'array', items: [{ type: 'number' }] },
    'no; [0] may be a string',
  ],
  [note, { ...note, properties: { ...note.properties, tags: { type: 'array' } } }, 'yes'],
  [{ ...note, properties: { ...note.properties, tags: { type: 'array' } } }, note, 'no; tags may be there'],
  [note, { ...note, required: [] }, 'yes'],
  [{ ...note, required: [] }, note, 'no; title may be absent'],
  [
    note,
    { ...note, properties: { title: { type: 'string', maxLength: 200 } } },
    'no; title may be longer than 200 characters',
  ],
  [{ type: 'object' }, { type: 'object', additionalProperties: false }, 'no; * may be there, with any name'],
  [
    { type: 'object', additionalProperties: { type: 'integer' } },
    { type: 'object', additionalProperties: { type: 'number' } },
    'yes',
  ],
  [
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'object', additionalProperties: { type: 'number' } },
    'no; * may be a string',
  ],
  [
    { type: 'object', patternProperties: { '^x-': { type: 'integer' } }, ...closed },
    { type: 'object', patternProperties: { '^x-': { type: 'number' } }, ...closed },
    'yes',
  ],
  [
    { type: 'object', patternProperties: { '^x-': {} }, ...closed },
    { type: 'object', ...closed },
    'no; * may be there, with any name',
  ],
  [{ type: 'object', minProperties: 2 }, { type: 'object', minProperties: 1 }, 'yes'],
  [
    { type: 'object', properties: { a: {}, b: {} }, ...closed },
    { maxProperties: 1 },
    'no; . may have more than 1 members',
  ],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: ['null', 'string', 'number'] }, 'yes'],
  [{ type: ['null', 'string'] }, { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'yes'],
  [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, { enum: ['a', 'b', 'c'] }, 'yes'],
  [{ anyOf: [card, cash] }, { anyOf: [cash, card] }, 'yes'],
  [
    {
      type: 'object',
      properties: { kind: { enum: ['cash', 'card'] }, number: { type: 'string' } },
      required: ['kind', 'number'],
    },
    { anyOf: [cash, card] },
    'yes',
  ],
  [
    { anyOf: [card, cash] },
    { anyOf: [card, { ...cash, required: ['kind', 'till'] }] },
    'no; till may be absent',
  ],
  [{ oneOf: [card, cash] }, { oneOf: [card, cash] }, 'yes'],
  [{ oneOf: [card, cash] }, { oneOf: [cash, card, { type: 'null' }] }, 'yes'],
  [
    { type: 'integer' },
    { oneOf: [{ type: 'integer' }, { type: 'number' }] },
    'no; . may be what several of the alternatives allow',
  ],
  [{ type: 'string' }, { not: { type: 'number' } }, 'yes'],
  [{ type: ['string', 'number'] }, { not: { type: 'number' } }, 'no; . may be what is excluded'],
  [{ not: { type: 'number' } }, { not: { type: 'number' } }, 'yes'],
  [
    { allOf: [note, { properties: { title: { minLength: 3 } } }] },
    { properties: { title: { minLength: 2 } } },
    'yes',
  ],
  [tree({ type: 'integer' }), tree({ type: 'number' }), 'yes'],
  [tree({ type: 'number' }), tree({ type: 'integer' }), 'no; value may be a number that is no integer'],
  [tree({ type: 'string' }), tree({ type: 'string' }), 'yes'],
  [
    { type: 'object', propertyNames: { pattern: '^a' } },
    { type: 'object', propertyNames: { pattern: '^a' } },
    'yes',
  ],
  [
    { type: 'object' },
    { type: 'object', propertyNames: { pattern: '^a' } },
    'no; . may have members of other names',
  ],
  [
    { $ref: 'https://example.org/a' },
    { type: 'string' },
    'unknown; . may be null; . may be true; . may be false; . may be a number; . may be an array; . may be an object',
  ],
  [{ type: 'string' }, { $ref: 'https://example.org/a' }, 'unknown; . may not be what $ref demands'],
  [
    Type.Object({ a: Type.Optional(Type.Union([Type.Literal('x'), Type.Null()])) }),
    Type.Object({ a: Type.Optional(Type.Union([Type.String(), Type.Null()])) }),
    'yes',
  ],
  [
    { type: 'string', title: 'Old', description: 'x', examples: ['a'] },
    { title: 'New', type: 'string' },
    'yes',
  ],
]

describe('whether all values of one schema are valid under another', () => {
  it.each(table)('%j in %j', (left, right, expected) => {
    expect(compared(left, right)).toBe(expected)
  })

  it('knows definitions of a document, by the way they are referred to', () => {
    const definitions = { '#/components/schemas/A~1b': { type: 'integer' } }
    const schema = { $ref: '#/components/schemas/A~1b' }
    expect(containment({ schema, definitions }, { schema: { type: 'number' } }).is).toBe('yes')
    const next = { '#/components/schemas/A~1b': { type: 'string' } }
    expect(containment({ schema, definitions }, { schema, definitions: next }).differences).toEqual([
      { path: '', steps: [], reason: 'may be a number', isCertain: true, witness: 0 },
    ])
  })

  it('comes to an end with many values, and with many alternatives', () => {
    const values = Array.from({ length: 5_000 }, (_, index) => `value ${index}`)
    expect(compared({ enum: values.slice(1) }, { enum: values })).toBe('yes')
    expect(compared({ enum: values }, { enum: values.slice(1) })).toBe('no; . may be "value 0"')
    const kinds = values.slice(0, 60).map((kind) => ({
      type: 'object',
      properties: { kind: { const: kind }, [kind]: { type: 'string' } },
      required: ['kind', kind],
    }))
    expect(compared({ oneOf: kinds.slice(1) }, { oneOf: kinds })).toBe('yes')
    expect(compared({ oneOf: kinds }, { oneOf: kinds.slice(1) })).toMatch(/^no; /)
  })

  it('is told of a part once, where schemas refer to one another in many ways', () => {
    const names = Array.from({ length: 12 }, (_, index) => `E${index}`)
    const all = (size: object): Record<string, JsonSchema> =>
      Object.fromEntries(
        names.map((name) => [
          `#/${name}`,
          {
            type: 'object',
            properties: {
              ...Object.fromEntries(names.map((other) => [other, { $ref: `#/${other}` }])),
              ...(name === 'E7' && { size }),
            },
          },
        ]),
      )
    const schema = { $ref: '#/E0' }
    const [integers, numbers] = [all({ type: 'integer' }), all({ type: 'number' })]
    expect(containment({ schema, definitions: integers }, { schema, definitions: numbers }).is).toBe('yes')
    expect(
      containment({ schema, definitions: numbers }, { schema, definitions: integers }).differences,
    ).toMatchObject([{ reason: 'may be a number that is no integer', isCertain: true }])
  })
})
