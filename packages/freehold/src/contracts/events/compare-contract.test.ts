import type { EventContract, JsonSchema } from '@freehold/manifest'
import { describe, expect, it } from 'vitest'
import { compareContract } from './compare-contract.js'

const contract = (item: unknown, also: JsonSchema = {}): EventContract => ({
  type: 'shop.order-placed.v1',
  key: 'id',
  data: { type: 'object', properties: { id: { type: 'string' }, item }, required: ['id'], ...also },
})
const changes = (from: unknown, to: unknown): string[] =>
  compareContract(contract(from), contract(to)).map(
    ({ severity, rule, message }) => `${severity} ${rule}: ${message.split(': ')[1] ?? message}`,
  )
const rules = (from: unknown, to: unknown): string[] =>
  compareContract(contract(from), contract(to)).map(({ severity, rule }) => `${severity} ${rule}`)

const text = { type: 'string' }
const base64 = { ...text, contentEncoding: 'base64' }
const both = ['error not-forward-compatible', 'error not-backward-compatible']
const unknown = ['warning not-comparable', 'warning not-comparable']

describe('what is in a text', () => {
  it.each([
    ['another encoding', base64, { ...text, contentEncoding: 'base16' }, both],
    [
      'another media type',
      { ...base64, contentMediaType: 'image/png' },
      { ...base64, contentMediaType: 'image/jpeg' },
      both,
    ],
    [
      'bytes instead of text',
      { ...text, contentMediaType: 'text/html' },
      { ...base64, contentMediaType: 'text/html' },
      both,
    ],
    [
      'in each of a list',
      { type: 'array', items: base64 },
      { type: 'array', items: { ...text, contentEncoding: 'base32' } },
      both,
    ],
    [
      'one of two',
      { anyOf: [base64, { type: 'null' }] },
      { anyOf: [{ ...text, contentEncoding: 'base32' }, { type: 'null' }] },
      both,
    ],
    [
      'one more',
      base64,
      { anyOf: [base64, { ...text, contentEncoding: 'base32' }] },
      ['error not-forward-compatible'],
    ],
    ['an encoding where none was said', text, base64, unknown],
    ['no encoding any more', base64, text, unknown],
    ['the same in other letters', base64, { ...text, contentEncoding: 'BASE64' }, ['note changed']],
    [
      'no transformation, in other words',
      { ...text, contentMediaType: 'text/html' },
      { ...text, contentMediaType: 'Text/HTML', contentEncoding: '8bit' },
      ['note changed'],
    ],
    [
      'a member beside it',
      { type: 'object', properties: { a: base64 } },
      { type: 'object', properties: { a: base64, b: text } },
      ['note changed'],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(rules(from, to)).toEqual(expected)
  })

  it('is said with its place', () => {
    expect(
      changes({ ...base64, contentMediaType: 'image/png' }, { ...text, contentEncoding: 'base16' }),
    ).toEqual([
      'error not-forward-compatible: item is base16, and is read as image/png in base64, in new events, which consumers that run do not expect',
      'error not-backward-compatible: item is image/png in base64, and is read as base16, in events that lie in the log, which new consumers do not expect',
    ])
  })

  it('may have a schema', () => {
    const json = (schema: unknown) => ({
      ...text,
      contentMediaType: 'application/json',
      contentSchema: schema,
    })
    expect(rules(json({ type: 'integer' }), json({ type: 'number' }))).toEqual([
      'error not-forward-compatible',
    ])
    expect(rules(json({ type: 'integer' }), json({ type: 'integer', title: 'x' }))).toEqual(['note changed'])
    expect(rules(json({ pattern: '^[f-h]z$' }), json({ pattern: '^[f-g]z$' }))).toContain(
      'warning not-comparable',
    )
  })
})

describe('what says nothing of values', () => {
  it('is a default, which nothing fills in', () => {
    expect(changes({ ...text, default: 'a' }, { ...text, default: 'b' })).toEqual([
      'note default-changed: item has the default "b", and had "a"',
    ])
    expect(rules(text, { ...text, default: 'b' })).toEqual(['note default-changed'])
  })

  it.each([
    ['a title', { ...text, title: 'a' }, { ...text, title: 'b' }],
    ['a comment', text, { ...text, $comment: 'b' }],
    ['examples', text, { ...text, examples: ['b'] }],
    [
      'a word of somebody who says that it is theirs',
      { ...text, 'x-unit': 'g' },
      { ...text, 'x-unit': 'kg' },
    ],
    ['that it is going away', text, { ...text, deprecated: true }],
  ])('is %s', (_, from, to) => {
    expect(rules(from, to)).toEqual(['note changed'])
  })

  it.each([
    [
      'a keyword of nobody',
      { ...text, unit: 'g' },
      { ...text, unit: 'kg' },
      'item has another unit, which no rule compares,',
    ],
    [
      'a misspelt keyword',
      { ...text, maxlength: 3 },
      text,
      'item has another maxlength, which no rule compares,',
    ],
  ])('may be %s, which is not taken for nothing', (_, from, to, says) => {
    expect(changes(from, to)).toEqual([
      `warning not-comparable: ${says} in new events, which consumers that run do not expect, as far as could be seen`,
    ])
    expect(changes(from, from)).toEqual([])
  })

  it('is not another draft', () => {
    const [from, to] = [
      'http://json-schema.org/draft-07/schema#',
      'https://json-schema.org/draft/2020-12/schema',
    ].map(($schema) => contract(text, { $schema }))
    expect(compareContract(from!, to!).map(({ rule }) => rule)).toEqual(['not-comparable'])
  })
})

describe('alternatives that overlap', () => {
  const alternative = (name: string) => ({ type: 'object', properties: { [name]: text } })
  const pay = { oneOf: [alternative('card'), alternative('iban')] }

  it('are as they were where something else is new', () => {
    expect(
      compareContract(contract(pay), {
        ...contract(pay),
        data: { ...contract(pay).data, properties: { id: text, item: pay, remark: text } },
      }).filter(({ severity }) => severity !== 'note'),
    ).toEqual([])
  })

  it('are others where there is one more', () => {
    const more = { oneOf: [...pay.oneOf, { type: 'string' }] }
    // Whether a value falls under two of them is told where a value shows it.
    expect(rules(pay, more).toSorted()).toEqual([
      'error not-forward-compatible',
      'warning not-comparable',
      'warning not-comparable',
    ])
  })
})
