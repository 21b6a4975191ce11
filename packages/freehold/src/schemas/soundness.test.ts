import type { JsonSchema } from '@freehold/manifest'
import { Ajv } from 'ajv'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ajvValidator } from '../../test/schemas/ajv-validator.js'
import { heard } from '../contracts/told-and-heard.js'
import {
  documentPairs,
  inDraft7,
  plainPairs,
  plainSchemas,
  universe,
} from '../../test/schemas/random-schemas.js'
import { containment } from './containment.js'

const seed = Number(process.env['FREEHOLD_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
console.log(`schemas: FREEHOLD_SEED=${seed}`)

/** How often each answer was given. Fails where a yes or a witness is wrong. */
function answers(
  pairs: typeof plainPairs,
  numRuns: number,
  Draft?: typeof Ajv | typeof Ajv2020,
): Record<'yes' | 'no' | 'unknown', number> {
  const counts = { yes: 0, no: 0, unknown: 0 }
  fc.assert(
    fc.property(pairs, ([left, right]) => {
      const { is, differences } = containment({ schema: left }, { schema: right })
      counts[is] += 1
      if (is === 'unknown') return
      const [isLeft, isRight] = [ajvValidator(left, Draft), ajvValidator(right, Draft)]
      if (is === 'yes')
        for (const value of universe)
          if (isLeft(value) && !isRight(value))
            expect.fail(`${JSON.stringify(value)} is valid on the left, and not on the right`)
      for (const { isCertain, witness } of differences)
        if (isCertain)
          expect([isLeft(witness), isRight(witness)], JSON.stringify(witness)).toEqual([true, false])
    }),
    { numRuns, seed },
  )
  return counts
}

describe('for all schemas', () => {
  it('a yes holds for every value, a witness shows what it says, and not much is left open', () => {
    const runs = 400
    const { yes, no, unknown } = answers(plainPairs, runs)
    expect(yes).toBeGreaterThan(runs / 5)
    expect(no).toBeGreaterThan(runs / 5)
    expect(unknown).toBeLessThan(runs / 3)
  })

  it('the same holds where they refer to definitions', () => {
    answers(documentPairs, 150)
  })

  it('the same holds in the words of draft 7', () => {
    const pairs = plainPairs.map((pair) => pair.map(inDraft7) as [JsonSchema, JsonSchema])
    answers(pairs, 150, Ajv)
  })

  it('who passes over members refuses nothing that was right', () => {
    fc.assert(
      fc.property(plainSchemas, (schema) => {
        const [isRight, isHeard] = [ajvValidator(schema), ajvValidator(heard(schema))]
        for (const value of universe)
          if (isRight(value) && !isHeard(value)) expect.fail(`${JSON.stringify(value)} is refused`)
      }),
      { numRuns: 200, seed },
    )
  })

  it('each is within itself, and within itself or something else', () => {
    fc.assert(
      fc.property(plainSchemas, plainSchemas, (left, other) => {
        expect(containment({ schema: left }, { schema: left }).is).toBe('yes')
        expect(containment({ schema: left }, { schema: structuredClone(left) }).is).toBe('yes')
        expect(containment({ schema: left }, { schema: { anyOf: [left, other] } }).is).toBe('yes')
      }),
      { numRuns: 200, seed },
    )
  })
})
