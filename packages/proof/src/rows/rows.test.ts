import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inOrder, segmentText } from '../segment-statement.js'
import { emptyRoot } from '../merkle/hash.js'
import { canonicalJson } from './canonical-json.js'
import { marksOf } from './marks.js'
import { rowBytes, rowFields } from './row-bytes.js'

it('writes a row so that no two are the same', () => {
  expect(rowBytes(['a', null, '', 'é']).toString('hex')).toBe(
    '0000000161' + 'ffffffff' + '00000000' + '00000002c3a9',
  )
  fc.assert(
    fc.property(fc.array(fc.option(fc.string({ unit: 'grapheme' }))), (values) => {
      const fields = rowFields(rowBytes(values)).map((field) => field?.toString() ?? null)
      expect(fields).toEqual(values)
    }),
  )
  expect(() => rowFields(Buffer.from('00000002c3', 'hex'))).toThrow(RangeError)
  expect(() => rowFields(Buffer.from('fffffffe', 'hex'))).toThrow(RangeError)
})

it('marks each value', () => {
  // The published FNV-1a of "a" and of "foobar".
  expect(marksOf(rowBytes(['a', null, 'foobar', ''])).toString('hex')).toBe(
    'e40c292c' + '00000000' + 'bf9cf968' + '811c9dc5',
  )
})

it.each([
  ['{ "b":1, "a":2,"aa":3 ,"b":4}', '{"a": 2, "b": 4, "aa": 3}'],
  ['[]', '[]'],
  ['{}', '{}'],
  [' [ 1 , [ ] , { } ] ', '[1, [], {}]'],
  ['"\\u0041\\/\\u00e9\\ud83d\\ude00\\n\\u001f"', '"A/é😀\\n\\u001f"'],
  ['1e2', '100'],
  ['1.50e1', '15.0'],
  ['1.5E-3', '0.0015'],
  ['-0', '0'],
  ['-0.00', '0.00'],
  ['-10.10', '-10.10'],
  ['0e5', '0'],
  ['123456789012345678901234567890.0', '123456789012345678901234567890.0'],
  ['{"a":{"b":[true,false,null]}}', '{"a": {"b": [true, false, null]}}'],
])('writes %s as %s', (json, canonical) => {
  expect(canonicalJson(json)).toBe(canonical)
  expect(canonicalJson(canonical)).toBe(canonical)
})

it.each([
  '',
  '{',
  '[1,]',
  '{"a"}',
  '{a:1}',
  '01',
  '"',
  '"\\u0000"',
  '"\\ud800"',
  '1 2',
  'tru',
  '[1 2]',
  '{"a":1,}',
  '\u00a01',
])('refuses %j, which is no JSON', (text) => {
  expect(() => canonicalJson(text)).toThrow(SyntaxError)
})

it('states a segment', () => {
  expect(inOrder(['é', 'z', 'at', 'a'])).toEqual(['a', 'at', 'z', 'é'])
  expect(() => inOrder(['a', 'a'])).toThrow('"a" is there twice')
  expect(
    segmentText({
      service: 'notes',
      log: 'events',
      segment: 2,
      epoch: '0c7f4a4e-6a3b-4f0e-9f57-2f8f5a0f6f11',
      firstPosition: 11,
      rows: 5,
      columns: ['at', 'data'],
      root: emptyRoot,
      previous: Buffer.alloc(32),
    }),
  ).toBe(
    [
      'freehold segment.v1 row.v1',
      'log notes/events',
      'segment 2',
      'epoch 0c7f4a4e-6a3b-4f0e-9f57-2f8f5a0f6f11',
      'positions 11 15',
      'columns ["at","data"]',
      'root 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
      'previous AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      '',
    ].join('\n'),
  )
})
