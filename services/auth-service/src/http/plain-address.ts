import { isIP } from 'node:net'

/**
 * An address as PostgreSQL's `inet` takes it: without the zone of an interface, which means something on one machine only.
 *
 * @returns null when it is no address.
 */
export function plainAddress(text: string): string | null {
  const [address = ''] = text.split('%')
  return isIP(address) === 0 ? null : address
}
