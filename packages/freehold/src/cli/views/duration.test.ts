import { expect, test } from 'vitest'
import { durationText } from './duration.js'

test.each([
  [5_000, '5s'],
  [1_500, '1500ms'],
  [60_000, '1m'],
  [90_000, '90s'],
  [7_200_000, '2h'],
])('%d ms are said as %s', (ms, said) => expect(durationText(ms)).toBe(said))
