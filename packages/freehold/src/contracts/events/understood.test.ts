import type { EventContract, JsonSchema } from '@freehold/manifest'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ajvValidator } from '../../../test/schemas/ajv-validator.js'
import { plainPairs, universe } from '../../../test/schemas/random-schemas.js'
import { heard, told } from '../told-and-heard.js'
import { compareContract } from './compare-contract.js'

const seed = Number(process.env['FREEHOLD_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
console.log(`contracts: FREEHOLD_SEED=${seed}`)

const contract = (member: JsonSchema): EventContract => ({
  type: 'shop.order-placed.v1',
  key: 'id',
  data: {
    type: 'object',
    properties: { id: { type: 'string' }, member },
    required: ['id'],
    additionalProperties: false,
  },
})

it('of a change that is called understood, nobody is told what it does not expect', () => {
  let understood = 0
  fc.assert(
    fc.property(plainPairs, ([from, to]) => {
      const [old, now] = [contract(from), contract(to)]
      const changes = compareContract(old, now)
      for (const [says, hears, breaks] of [
        [now, old, 'old consumers'],
        [old, now, 'new consumers'],
      ] as const) {
        if (
          changes.some(
            (change) => change.severity !== 'note' && [breaks, 'all consumers'].includes(change.breaks),
          )
        )
          continue
        understood += 1
        // What is told is right by the contract as it is written, and has no members that it does not name.
        const [isRight, isClosed, isExpected] = [says.data, told(says.data), heard(hears.data)].map((each) =>
          ajvValidator(each),
        )
        const isTold = (data: object): boolean => isRight?.(data) === true && isClosed?.(data) === true
        for (const member of universe)
          if (isTold({ id: 'a', member }) && isExpected?.({ id: 'a', member }) !== true)
            expect.fail(`${JSON.stringify(member)} is told, and not expected by ${breaks}`)
      }
    }),
    { numRuns: 150, seed },
  )
  expect(understood).toBeGreaterThan(30)
})
