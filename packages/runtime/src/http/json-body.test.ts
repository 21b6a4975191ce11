import type { FastifyRequest } from 'fastify'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HttpProblem } from './problem.js'
import { parseJsonBody } from './json-body.js'

const request = { headers: { 'content-type': 'application/json' } } as FastifyRequest

const parse = (text: string): unknown => parseJsonBody(request, Buffer.from(text))

/** Any JSON that a service takes: no NUL, no halves of pairs, no names that reach into prototypes. */
const name = fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.replaceAll('\0', '"\\'))
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    name,
    fc.constantFrom(null, true, 1.5, -0, '"', '\\', '\\"', '":', '{"a":1,"a":2}'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      name.filter((text) => text !== '__proto__' && text !== 'constructor'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value

describe('a JSON body', () => {
  test('is read as JSON.parse reads it, however it is written', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space)
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1_000 },
    )
  })

  test('that names any property twice is refused', () => {
    const object = fc.dictionary(
      name.filter((text) => text !== '__proto__'),
      fc.constant(1),
      { minKeys: 1, maxKeys: 4 },
    )
    fc.assert(
      fc.property(object, fc.nat(), fc.boolean(), (value, choice, isDeep) => {
        const names = Object.keys(value)
        const twice = JSON.stringify(names[choice % names.length])
        const text = JSON.stringify(value).replace('{', `{${twice}  : [],`)
        expect(() => parse(isDeep ? `[{"a":${text}}]` : text)).toThrow(HttpProblem)
      }),
      { numRuns: 500 },
    )
  })

  test('takes time in proportion to its size', () => {
    const start = performance.now()
    const size = 500_000
    for (const text of [
      JSON.stringify('\\'.repeat(size)),
      JSON.stringify('"'.repeat(size)),
      JSON.stringify(Array.from({ length: size / 4 }, () => '')),
      `["a"${' '.repeat(size)}]`,
      `[${`"a"${' '.repeat(500)},`.repeat(size / 500)}1]`,
    ]) {
      expect(parse(text)).toEqual(JSON.parse(text))
    }
    expect(performance.now() - start).toBeLessThan(3_000)
  })
})
