import { rowFields } from './row-bytes.js'

/** How many bytes the mark of a value has. */
export const markBytes = 4

const offsetBasis = 0x811c9dc5
const prime = 0x01000193

/**
 * Marks of the values of a row, one after the other: FNV-1a, 32 bits, of the value; zero for null. They prove nothing,
 * the hashes do that. They tell which of many rows, and which value of it, is not what it was.
 *
 * http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function marksOf(row: Buffer): Buffer {
  const fields = rowFields(row)
  const marks = Buffer.alloc(fields.length * markBytes)
  fields.forEach((field, i) => {
    if (field !== undefined) marks.writeUInt32BE(fnv1a(field), i * markBytes)
  })
  return marks
}

function fnv1a(bytes: Buffer): number {
  let hash = offsetBasis
  for (const byte of bytes) hash = Math.imul(hash ^ byte, prime)
  return hash >>> 0
}
