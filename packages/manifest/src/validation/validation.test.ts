import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mutatedSystem, soundSystem } from '../testing/fixtures/manifests.js'
import { validateSystem } from './index.js'

describe('validation takes whatever JSON can say', () => {
  test('never throws, and refuses with a path, a message and a fix', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutatedSystem), (anything) => {
        for (const problem of validateSystem(anything)) {
          expect(problem.path).not.toBe('')
          expect(problem.message).not.toBe('')
          expect(problem.fix).toMatch(/\.$/)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('refuses everything that is not an object', () => {
    for (const value of [null, undefined, 1, 'x', true, [], [{}]]) {
      expect(validateSystem(value)).toEqual([expect.objectContaining({ path: '(root)' })])
    }
  })

  test('finds nothing wrong with a sound manifest, before and after JSON', () => {
    fc.assert(
      fc.property(soundSystem, (system) => {
        expect(validateSystem(system)).toEqual([])
        expect(validateSystem(JSON.parse(JSON.stringify(system)))).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    [{ toString: null }],
    [{ valueOf: 1, toString: 1 }],
    [[]],
    [7],
    [null],
    ['__proto__'],
    ['constructor'],
  ])('takes %j for a kind of log as no kind', (kind) => {
    const service = {
      name: 'a',
      database: 'a_db',
      schema: 'a',
      migrations: 'm',
      references: {},
      owns: { t: { mutability: 'immutable', kind } },
    }
    const system = { name: 's', strategy: { kind: 'database-per-service' }, services: [service] }
    expect(validateSystem(system)).toEqual([expect.objectContaining({ path: 'services.a.owns.t.kind' })])
  })
})
