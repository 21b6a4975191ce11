import type { SourceRow } from './log-source.js'

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** The signature, flags, and the length of what extends the head. */
const headBytes = signature.length + 4 + 4
const fieldHeadBytes = 4
const numberBytes = 8
/** How many fields there are, and then the segment and the seq, each with its length. */
const rowHeadBytes = 2 + 2 * (fieldHeadBytes + numberBytes)

/**
 * Rows of a binary COPY whose first two columns are a segment and a seq, and all others texts. What follows these two is
 * a row as it is hashed, byte for byte.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export async function* binaryRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  let rest: Buffer = Buffer.alloc(0)
  let hasHead = false
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    if (!hasHead) {
      if (bytes.length < headBytes) {
        rest = bytes
        continue
      }
      at = headBytes + bytes.readUInt32BE(headBytes - 4)
      hasHead = true
    }
    for (let end = endOfRow(bytes, at); end !== undefined; end = endOfRow(bytes, at)) {
      yield {
        segment: Number(bytes.readBigInt64BE(at + 2 + fieldHeadBytes)),
        seq: Number(bytes.readBigInt64BE(at + 2 + 2 * fieldHeadBytes + numberBytes)),
        bytes: bytes.subarray(at + rowHeadBytes, end),
      }
      at = end
    }
    rest = bytes.subarray(at)
  }
}

/** Where a row ends; undefined when it is not all there, or is the end of all rows. */
function endOfRow(bytes: Buffer, from: number): number | undefined {
  if (from + rowHeadBytes > bytes.length) return undefined
  let at = from + 2
  for (let field = bytes.readInt16BE(from); field > 0; field -= 1) {
    if (at + fieldHeadBytes > bytes.length) return undefined
    at += fieldHeadBytes + Math.max(0, bytes.readInt32BE(at))
  }
  return at > bytes.length || at === from + 2 ? undefined : at
}
