import { describe, expect, test } from 'vitest'
import { errorAreas, errorRegistry, FreeholdError, isFreeholdError, type ErrorEntry } from './index.js'

const entries = Object.entries<Record<string, ErrorEntry>>(errorAreas).flatMap(([area, errors]) =>
  Object.entries(errors).map(([code, entry]) => ({ area, code, ...entry })),
)

describe('the registry of errors', () => {
  test('gives a code to one area only', () => {
    const codes = entries.map(({ code }) => code)
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
    expect(codes.toSorted()).toEqual(Object.keys(errorRegistry).toSorted())
  })

  test('says of each what it means and what to do, in sentences', () => {
    const sentence = /^(?:[A-Z`]|freehold\.config\.ts)(?:\S* ){3,}.*\.$/
    const code = /^FREEHOLD_[A-Z]+(_[A-Z]+)+$/
    expect(entries.filter((entry) => !code.test(entry.code))).toEqual([])
    expect(entries.filter(({ meaning }) => !sentence.test(meaning))).toEqual([])
    expect(entries.filter(({ fix }) => !sentence.test(fix))).toEqual([])
  })
})

describe('an error', () => {
  test('has the advice of the registry, unless the place knows better', () => {
    const general = new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_TABLE', { message: 'No table "x".' })
    const exact = new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_TABLE', {
      message: 'No "x".',
      fix: 'Use "y".',
    })
    expect(general.fix).toBe(errorRegistry.FREEHOLD_MANIFEST_UNKNOWN_TABLE.fix)
    expect(exact.fix).toBe('Use "y".')
  })

  test('keeps what is underneath', () => {
    const cause = new TypeError('below')
    const error = new FreeholdError('FREEHOLD_MANIFEST_INVALID', {
      message: 'above',
      cause,
      details: { n: 1 },
    })
    expect(error).toMatchObject({ name: 'FreeholdError', cause, details: { n: 1 } })
    expect('cause' in new FreeholdError('FREEHOLD_MANIFEST_INVALID', { message: 'alone' })).toBe(false)
  })

  test('is known by its shape, also when another copy of the package made it', () => {
    const foreign = Object.assign(new Error('far away'), {
      name: 'FreeholdError',
      code: 'FREEHOLD_PORT_IN_USE',
    })
    expect(isFreeholdError(foreign)).toBe(true)
    expect(isFreeholdError(foreign, 'FREEHOLD_PORT_IN_USE')).toBe(true)
    expect(isFreeholdError(foreign, 'FREEHOLD_MANIFEST_INVALID')).toBe(false)
    for (const other of [
      new Error('x'),
      { name: 'FreeholdError', code: 'FREEHOLD_PORT_IN_USE' },
      null,
      'x',
    ]) {
      expect(isFreeholdError(other)).toBe(false)
    }
  })
})
