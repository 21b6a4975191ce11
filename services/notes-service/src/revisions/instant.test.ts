import { HttpProblem } from '@freehold/runtime/fastify'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOf } from './instant.js'

const read = (text: string) => instantOf(text).toISOString()

describe('an instant in RFC 3339', () => {
  it('is the same instant whatever the offset', () => {
    expect(read('2026-01-05T09:30:00Z')).toBe('2026-01-05T09:30:00.000Z')
    expect(read('2026-01-05T10:30:00+01:00')).toBe('2026-01-05T09:30:00.000Z')
    expect(read('2026-01-04T23:45:00.5-09:45')).toBe('2026-01-05T09:30:00.500Z')
    expect(read('2026-01-05t09:30:00z')).toBe('2026-01-05T09:30:00.000Z')
  })

  it('may have lost the plus of its offset to a query string', () => {
    expect(read('2026-01-05T10:30:00 01:00')).toBe('2026-01-05T09:30:00.000Z')
  })

  it('is cut to milliseconds, not rounded', () => {
    expect(read('2026-01-05T09:30:00.123999999Z')).toBe('2026-01-05T09:30:00.123Z')
  })

  it('knows leap years', () => {
    expect(read('2024-02-29T00:00:00Z')).toBe('2024-02-29T00:00:00.000Z')
    expect(() => read('2025-02-29T00:00:00Z')).toThrow(HttpProblem)
  })

  it.each([
    '',
    'yesterday',
    '2026-01-05',
    '2026-01-05T09:30:00',
    '2026-01-05T09:30Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-06-31T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T09:60:00Z',
    '2026-01-05T09:30:61Z',
    '2026-01-05T09:30:00+24:00',
    '2026-01-05T09:30:00+1:00',
    '+002026-01-05T09:30:00Z',
    '2026-01-05T09:30:00Z\0',
    '2026-01-05T09:30:00Z; drop table notes',
    '1767605400000',
  ])('is not %j', (text) => {
    expect(() => instantOf(text)).toThrow(expect.objectContaining({ status: 400 }))
  })

  it('survives being written and read', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
        (date) => {
          expect(instantOf(date.toISOString())).toEqual(date)
        },
      ),
    )
  })
})
