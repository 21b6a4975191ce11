import { expect, test } from 'vitest'
import { Rhythm } from './pace.js'

test('looks often where others write, and seldom where its own process says when', () => {
  const rhythm = new Rhythm({ gapMs: 4, soonestMs: 10, seldomMs: 40 })
  const pauses = (rows: number, isNudged: boolean): number => rhythm.afterLook(rows, isNudged).pauseMs
  for (let look = 0; look < 5; look += 1) pauses(0, false)
  expect(pauses(0, false)).toBe(40)
  expect(pauses(3, true)).toBe(40)
  expect(pauses(3, false)).toBe(10)
  expect(pauses(0, false)).toBe(15)
})

test('holds a nudge up after all looks but those that nobody asked for and that found nothing', () => {
  const rhythm = new Rhythm({ gapMs: 4 })
  expect(rhythm.afterLook(0, false).gapMs).toBe(0)
  const others = [
    rhythm.afterLook(1, false),
    rhythm.afterLook(0, true),
    rhythm.afterLook(1, true),
    rhythm.afterBusy(0),
    rhythm.afterFailure(),
  ]
  expect(others.map(({ gapMs }) => gapMs)).toEqual([4, 4, 4, 4, 4])
})

test('rests for longer while many write, so that a seal takes more', () => {
  const rhythm = new Rhythm({ gapMs: 4 })
  expect(rhythm.afterLook(15, true).gapMs).toBe(4)
  expect(rhythm.afterLook(16, true).gapMs).toBe(16)
  expect(rhythm.afterLook(1, true).gapMs).toBe(4)
})
