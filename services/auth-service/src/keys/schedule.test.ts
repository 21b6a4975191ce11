import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkEvery, scheduleOf } from './rotation.js'
import { dueAt, outlivedAt, signingAt, type ScheduledKey } from './schedule.js'

const schedule = { every: 1000, lead: 100, keep: 300 }
const key = (generation: number, from: number): ScheduledKey => ({ generation, signs_from: new Date(from) })

describe('keys follow one another', () => {
  test('the first signs at once', () => {
    expect(dueAt([], 5, schedule)).toEqual(key(1, 5))
    expect(signingAt([key(1, 5)], 5)).toEqual(key(1, 5))
    expect(signingAt([key(1, 5)], 4)).toEqual(key(1, 5))
  })

  test('the next is published ahead, and signs when the one before has had its time', () => {
    expect(dueAt([key(1, 0)], 899, schedule)).toBeUndefined()
    expect(dueAt([key(1, 0)], 900, schedule)).toEqual(key(2, 1000))
    const keys = [key(1, 0), key(2, 1000)]
    expect(dueAt(keys, 950, schedule)).toBeUndefined()
    expect(signingAt(keys, 999)).toEqual(key(1, 0))
    expect(signingAt(keys, 1000)).toEqual(key(2, 1000))
  })

  test('the next is announced also when nobody was there in time', () => {
    expect(dueAt([key(1, 0)], 50_000, schedule)).toEqual(key(2, 50_100))
  })

  test('the one before is kept until its last token has expired', () => {
    const keys = [key(1, 0), key(2, 1000)]
    expect(outlivedAt(keys, 1299, schedule.keep)).toEqual([])
    expect(outlivedAt(keys, 1300, schedule.keep)).toEqual([key(1, 0)])
  })

  test('whenever anybody looks, a token that is still good can be verified, by keys that were known in time', () => {
    const looks = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(looks, (steps) => {
        let at = 0
        let keys: ScheduledKey[] = []
        const issued: { generation: number; until: number }[] = []
        const publishedSince = new Map<number, number>()
        for (const step of steps) {
          at += step
          const due = dueAt(keys, at, schedule)
          if (due) {
            keys = [...keys, due]
            publishedSince.set(due.generation, at)
          }
          const gone = outlivedAt(keys, at, schedule.keep)
          keys = keys.filter((one) => !gone.includes(one))
          const signer = signingAt(keys, at)
          expect(signer).toBeDefined()
          if (signer === undefined) continue
          if (signer.generation > 1)
            expect(at - (publishedSince.get(signer.generation) ?? at)).toBeGreaterThanOrEqual(schedule.lead)
          issued.push({ generation: signer.generation, until: at + schedule.keep })
          for (const token of issued.filter(({ until }) => until > at)) {
            expect(keys.map(({ generation }) => generation)).toContain(token.generation)
          }
        }
      }),
    )
  })

  test('an instance looks often enough to know a key before it signs', () => {
    for (const every of [2_000, 60_000, 3_600_000, 7 * 86_400_000]) {
      const { lead } = scheduleOf(every, 600_000)
      expect(checkEvery({ every, lead, keep: 0 })).toBeLessThan(lead)
    }
  })
})
