import { randomFillSync } from 'node:crypto'

/**
 * A UUID of version 7: 48 bits of Unix milliseconds, then the version, the variant and 74 random bits, as
 * RFC 9562, section 5.7, has it (https://www.rfc-editor.org/rfc/rfc9562#section-5.7). Ids made one after another lie
 * together in an index. Their order says nothing: that of events is their position.
 *
 * @param now - Milliseconds since 1970.
 */
export function uuidV7(now: number = Date.now()): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(16))
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
