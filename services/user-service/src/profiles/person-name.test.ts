import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { joinName, nameColumns, nameIn, splitName } from './person-name.js'

describe('a name in its parts', () => {
  test.each([
    ['Ada', 'Ada', null],
    ['Ada Lovelace', 'Ada', 'Lovelace'],
    ['Ada King Lovelace', 'Ada King', 'Lovelace'],
    ['Ada ', 'Ada ', null],
    [' Ada', ' Ada', null],
  ])('of %j is %j and %j', (name, given, family) => {
    expect(splitName(name)).toEqual({ given, family })
  })

  it('is the same name again when it is put together', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', 'é', '🦊', '\u3000'), minLength: 1 }),
        (name) => {
          expect(joinName(splitName(name))).toBe(name)
        },
      ),
    )
  })

  it('is read from the parts, and from the whole where there are none', () => {
    const name = { given: 'Ada', family: 'King Lovelace' }
    expect(nameIn(nameColumns(name))).toEqual(name)
    expect(nameIn({ ...nameColumns(name), given_name: null, family_name: null })).toEqual({
      given: 'Ada King',
      family: 'Lovelace',
    })
  })
})
