import { expect, test } from 'vitest'
import { isWider } from './wider-types.js'

test.each([
  ['integer', 'bigint'],
  ['smallint', 'numeric'],
  ['real', 'double precision'],
  ['character varying(5)', 'character varying(50)'],
  ['character varying(5)', 'text'],
  ['character varying', 'text'],
  ['text', 'character varying'],
  ['numeric(10,2)', 'numeric(12,2)'],
  ['numeric(10,2)', 'numeric(12,4)'],
  ['numeric(10,2)', 'numeric'],
])('%s fits into %s', (from, to) => {
  expect(isWider(from, to)).toBe(true)
  if (!(from.startsWith('character') && to === 'text') && from !== 'text')
    expect(isWider(to, from)).toBe(false)
})

test.each([
  ['bigint', 'double precision'],
  ['numeric(10,2)', 'numeric(10,4)'],
  ['numeric(10,2)', 'numeric(10,0)'],
  ['text', 'character varying(200)'],
  ['uuid', 'text'],
  ['character(5)', 'text'],
])('%s does not fit into %s, or reads as something else there', (from, to) => {
  expect(isWider(from, to)).toBe(false)
})
