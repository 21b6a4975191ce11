import type { JsonSchema } from '@freehold/manifest'
import { describe, expect, it } from 'vitest'
import { containment } from './containment.js'

function compared(left: object, right: object): string {
  const { is, differences } = containment({ schema: left as JsonSchema }, { schema: right as JsonSchema })
  return [is, ...differences.map(({ path, reason }) => `${path || '.'} ${reason}`)].join('; ')
}

const text = { type: 'string' }
const number = { type: 'number' }

describe('references', () => {
  const at = (reference: string, where: object) => ({ properties: { x: { $ref: reference } }, ...where })
  const both = (make: (schema: object) => object): string => compared(make({ type: 'integer' }), make(number))

  it.each([
    ['definitions', (schema) => at('#/definitions/a', { definitions: { a: schema } })],
    ['names with slashes', (schema) => at('#/$defs/a~1b%20c', { $defs: { 'a/b c': schema } })],
    [
      'another place',
      (schema) => at('#/properties/y', { properties: { x: { $ref: '#/properties/y' }, y: schema } }),
    ],
    ['a keyword of nobody', (schema) => at('#/x-shapes/a', { 'x-shapes': { a: schema } })],
    ['an anchor', (schema) => at('#a', { $defs: { b: { ...schema, $anchor: 'a' } } })],
    [
      'the address of the document',
      (schema) => at('https://a.example/b#/$defs/a', { $id: 'https://a.example/b', $defs: { a: schema } }),
    ],
    [
      'a dynamic anchor',
      (schema) => ({
        properties: { x: { $dynamicRef: '#a' } },
        $defs: { b: { ...schema, $dynamicAnchor: 'a' } },
      }),
    ],
  ] as [string, (schema: object) => object][])('lead to %s, and what is there is compared', (_, make) => {
    expect(both(make)).toBe('yes')
    expect(compared(make(number), make({ type: 'integer' }))).toMatch(
      /^no; [xy] may be a number that is no integer/,
    )
  })

  it.each([
    ['an anchor that is not there', { $ref: '#nowhere' }],
    ['a place that is not there', { $ref: '#/$defs/nowhere' }],
    [
      'a schema with an address of its own',
      { $ref: '#/$defs/a', $defs: { a: { $id: 'a', type: 'string' } } },
    ],
    ['a recursive anchor of draft 2019-09', { $recursiveRef: '#' }],
  ])('to %s are not taken to be understood', (_, schema) => {
    expect(compared({ ...schema, title: 'x' }, schema)).toMatch(/^unknown; /)
    expect(compared(schema, schema)).toBe('yes')
    expect(compared({ enum: [1], not: schema }, { type: 'string' })).toMatch(/^unknown; /)
  })

  it('to another document are the same where they say the same', () => {
    const elsewhere = { type: 'string', $ref: 'https://a.example/b' }
    expect(compared({ ...elsewhere, title: 'x' }, elsewhere)).toBe('yes')
    expect(compared(text, elsewhere)).toBe('unknown; . may not be what $ref demands')
  })

  it('to themselves at once say nothing', () => {
    const circle = { $ref: '#/$defs/a', $defs: { a: { anyOf: [text, { $ref: '#/$defs/a' }] } } }
    expect(compared(number, circle)).toMatch(/^unknown; /)
    expect(compared({ ...circle, title: 'x' }, circle)).toBe('yes')
  })

  it('may lead round in circles through a value', () => {
    const tree = (value: object) => ({ properties: { value, next: { $ref: '#' } } })
    expect(compared(tree({ type: 'integer' }), tree(number))).toBe('yes')
    expect(compared(tree(number), tree({ type: 'integer' }))).toMatch(
      /^no; value may be a number that is no integer/,
    )
  })
})
