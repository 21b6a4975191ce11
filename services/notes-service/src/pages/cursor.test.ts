import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cursorAt, positionOf } from './cursor.js'

const digits = /^\d+$/

describe('a cursor', () => {
  it('gives back the place it was made for', () => {
    expect(positionOf('notes', cursorAt('notes', '42'), digits)).toBe('42')
  })

  it('does not work for another list', () => {
    expect(() => positionOf('other', cursorAt('notes', '42'), digits)).toThrow(
      expect.objectContaining({ status: 400 }),
    )
    expect(() => positionOf('note', cursorAt('notes', '42'), digits)).toThrow(
      expect.objectContaining({ status: 400 }),
    )
  })

  it('is refused when it holds something else than a place', () => {
    expect(() => positionOf('notes', cursorAt('notes', '42; drop table notes'), digits)).toThrow(
      expect.objectContaining({ status: 400 }),
    )
  })

  it('is refused when it is any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(() => positionOf('notes', text, digits)).toThrow(expect.objectContaining({ status: 400 }))
      }),
    )
  })
})
