import type { IncomingMessage } from 'node:http'
import { isIP, type BlockList } from 'node:net'

/**
 * The address of the client. X-Forwarded-For is believed from the gateway alone, and only its last entry:
 * that is the one the gateway saw, the others are what the client claims.
 *
 * @param request - The request as it came over the socket.
 * @param gateways - The addresses of the gateway.
 */
export function clientAddress(request: IncomingMessage, gateways: BlockList): string {
  const peer = withoutMapping(request.socket.remoteAddress ?? '')
  if (!isIn(gateways, peer)) return peer
  const header = request.headers['x-forwarded-for']
  const forwarded = withoutMapping(
    (Array.isArray(header) ? header.join() : (header ?? '')).split(',').at(-1)?.trim() ?? '',
  )
  return isIP(forwarded) === 0 ? peer : forwarded
}

/** An IPv4 client of a dual-stack socket shows up as ::ffff:192.0.2.1. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
