import { expect, it } from 'vitest'
import { laneOf } from './index.js'

// Values of FNV-1a that another implementation gives, too; modulo 2^32 the lane is the hash itself.
it.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
  ['ä', 0x199de0e2],
  ['😀', 0x33a29608],
])('puts the key %j where it always was', (key, hash) => {
  expect(laneOf(key, 2 ** 32)).toBe(hash)
  expect(laneOf(key, 8)).toBe(hash % 8)
  expect(laneOf(key, 1)).toBe(0)
})
