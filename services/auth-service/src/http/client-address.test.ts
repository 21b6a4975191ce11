import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { clientAddress } from './client-address.js'

const gateways = new BlockList()
gateways.addSubnet('10.0.0.0', 24)
gateways.addAddress('::1', 'ipv6')

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  clientAddress(
    { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage,
    gateways,
  )

test('the gateway is believed about who its client is', () => {
  expect(from('10.0.0.7', '203.0.113.9')).toBe('203.0.113.9')
  expect(from('::ffff:10.0.0.7', '2001:db8::1')).toBe('2001:db8::1')
  expect(from('::1', '203.0.113.9')).toBe('203.0.113.9')
})

test('the gateway is believed about what it saw, not about what its client claims', () => {
  expect(from('10.0.0.7', '1.1.1.1, 203.0.113.9')).toBe('203.0.113.9')
})

test('nobody else is believed', () => {
  expect(from('198.51.100.4', '203.0.113.9')).toBe('198.51.100.4')
})

test.each(['', 'unknown', "'; drop table sessions; --", '203.0.113.9:443'])(
  'what is no address is not taken for one (%s)',
  (forwarded) => {
    expect(from('10.0.0.7', forwarded)).toBe('10.0.0.7')
  },
)
