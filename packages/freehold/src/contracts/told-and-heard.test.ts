import type { JsonSchema } from '@freehold/manifest'
import { expect, it } from 'vitest'
import { containment } from '../schemas/index.js'
import { heard, told } from './told-and-heard.js'

const open = { properties: { a: { properties: { b: {} } } } }
const shut = {
  additionalProperties: false,
  properties: { a: { properties: { b: {} }, additionalProperties: false } },
}

it('whoever tells something has no other members, whoever hears it passes over them', () => {
  expect(told(open)).toEqual(shut)
  expect(heard(shut)).toEqual(open)
  expect(heard({ additionalProperties: { type: 'string' } })).toEqual({
    additionalProperties: { type: 'string' },
  })
})

it('what is excluded stays as it is', () => {
  expect(heard({ not: shut })).toEqual({ not: shut })
  expect(heard({ if: shut })).toEqual({ if: shut })
})

const text = { type: 'string' }
const a = { properties: { a: text }, required: ['a'] }
const b = { properties: { b: text }, required: ['b'] }
const kind = (name: string, properties: object = {}) => ({
  type: 'object',
  properties: { kind: { const: name }, ...properties },
  required: ['kind'],
  additionalProperties: false,
})

/** Whether events of the one contract are understood by who knows the other. */
const understood = (tells: object, hears: object): string =>
  containment({ schema: told(tells as JsonSchema) }, { schema: heard(hears as JsonSchema) }).is

it.each([
  ['parts', { allOf: [a], ...b }],
  ['alternatives', { anyOf: [a, b], properties: { c: text } }],
  ['conditions', { if: { required: ['a'] }, then: a, else: b, properties: { c: text } }],
  ['dependencies', { dependentSchemas: { c: a }, properties: { c: text } }],
  ['one of two', { oneOf: [kind('x'), kind('y', { z: text })] }],
  [
    'one of two and others',
    { oneOf: [kind('x'), { type: 'number' }, { type: 'null' }], anyOf: [{}, { const: 1 }] },
  ],
  ['elements of older drafts', { properties: { e: { items: [kind('x')], additionalItems: kind('y') } } }],
])('with %s, an event has the members that something speaks of, and no others', (_, schema) => {
  const whole = { type: ['object', 'array', 'number'], ...schema }
  expect(understood(whole, { ...whole, title: 'the same' })).toBe('yes')
  // A member that nobody spoke of is not there to be anything.
  const d = { properties: { d: { type: 'integer' } } }
  expect(understood(whole, { allOf: [whole, d] })).toBe('yes')
})

it('members that stand beside alternatives do not forbid those of the alternatives', () => {
  const before = { anyOf: [a, b], properties: { c: text } }
  const now = {
    anyOf: [{ properties: { a: { type: 'integer' } }, required: ['a'] }, b],
    properties: { c: text },
  }
  expect(understood({ type: 'object', ...now }, { type: 'object', ...before })).toBe('no')
  expect(understood({ type: 'object', ...a, allOf: [b] }, { properties: { b: { type: 'integer' } } })).toBe(
    'no',
  )
})
