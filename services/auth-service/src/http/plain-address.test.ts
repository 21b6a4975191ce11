import { expect, test } from 'vitest'
import { plainAddress } from './plain-address.js'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['', null],
  ['nobody', null],
  ['192.0.2.1/24', null],
])('the address of %j is %j', (text, address) => {
  expect(plainAddress(text)).toBe(address)
})
