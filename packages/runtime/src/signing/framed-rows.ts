const lengthBytes = 4

/** The rows of a segment as the database hands them out, each with its length before it. */
export function framedRows(bytes: Buffer): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const from = at + lengthBytes
    at = from + bytes.readInt32BE(at)
    found.push(bytes.subarray(from, at))
  }
  return found
}
