const offset = 0x811c9dc5
const prime = 0x01000193

/**
 * The lane of a key: FNV-1a, 32 bits, over its UTF-8, modulo the number of lanes. It is our own and never changes,
 * because cursors are stored by lane; a hash of the server may differ between its versions.
 *
 * @param key - What an event is about.
 * @param lanes - How many lanes there are: 1 or more.
 */
export function laneOf(key: string, lanes: number): number {
  let hash = offset
  for (const byte of Buffer.from(key, 'utf8')) hash = Math.imul(hash ^ byte, prime)
  return (hash >>> 0) % lanes
}
