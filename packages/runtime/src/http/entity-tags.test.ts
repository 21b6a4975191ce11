import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEntityTags, type EntityTag } from './entity-tags.js'

const etagc = fc.oneof(
  fc.constant(0x21),
  fc.integer({ min: 0x23, max: 0x7e }),
  fc.integer({ min: 0x80, max: 0xff }),
)
const opaque = fc.array(etagc, { maxLength: 8 }).map((codes) => String.fromCharCode(...codes))
const tag: fc.Arbitrary<EntityTag> = fc.record({ isWeak: fc.boolean(), opaque })
const space = fc.stringMatching(/^[ \t]{0,2}$/)
/** A comma, and perhaps empty elements beside it. */
const comma = fc.array(space, { minLength: 2, maxLength: 4 }).map((spaces) => spaces.join(','))

const written = ({ isWeak, opaque }: EntityTag): string => `${isWeak ? 'W/' : ''}"${opaque}"`

describe('the parser of If-Match', () => {
  test('reads every list that the grammar of RFC 9110 makes', () => {
    const list = fc.tuple(
      fc.array(fc.tuple(tag, comma), { maxLength: 5 }),
      tag,
      fc.option(comma),
      fc.option(comma),
    )
    fc.assert(
      fc.property(list, ([leading, last, before, after]) => {
        const text = leading.map(([one, separator]) => written(one) + separator).join('') + written(last)
        const tags = [...leading.map(([one]) => one), last]
        expect(parseEntityTags((before ?? '') + text + (after ?? ''))).toEqual(tags)
      }),
      { numRuns: 500 },
    )
  })

  test('reads nothing out of what the grammar does not make, and always ends', () => {
    const grammar = /^[ \t,]*((W\/)?"[\x21\x23-\x7e\x80-\xff]*"([ \t]*,[ \t,]*|[ \t]*$))+$/
    const noise = fc.stringMatching(/^[W/"*, \ta1\x7f\x80]{0,12}$/)
    fc.assert(
      fc.property(noise, (text) => {
        const tags = parseEntityTags(text)
        if (tags === 'any') expect(text.trim()).toBe('*')
        else expect(tags !== undefined).toBe(grammar.test(text))
      }),
      { numRuns: 5_000 },
    )
  })

  test.for([
    '',
    ' ',
    ',',
    '*,"1"',
    '**',
    '"1" "2"',
    '"1""2"',
    '1',
    '"1',
    "'1'",
    'w/"1"',
    '"a b"',
    '"1";',
    'W/1',
  ])('refuses %j', (text) => {
    expect(parseEntityTags(text)).toBeUndefined()
  })

  test('takes a long list in linear time', () => {
    const start = performance.now()
    expect(parseEntityTags('"1",'.repeat(20_000))).toHaveLength(20_000)
    expect(parseEntityTags(`"1"${' '.repeat(50_000)}x`)).toBeUndefined()
    expect(parseEntityTags(`${', '.repeat(50_000)}x`)).toBeUndefined()
    expect(performance.now() - start).toBeLessThan(500)
  })
})
