const absent = -1
const lengthBytes = 4

/**
 * A row as it is hashed, `row.v1`: for each column, in the order of the segment's statement, the length of its value in
 * bytes (32 bits, big-endian; -1 for null) and the value as text in UTF-8. It is what PostgreSQL sends for a row of texts
 * in its binary format, so that neither a signer nor a verifier has to put it together.
 *
 * The text of a value is what `value::text` is in PostgreSQL with DateStyle ISO, IntervalStyle postgres, TimeZone UTC,
 * bytea_output hex and extra_float_digits 1; of a jsonb it is what {@link canonicalJson} says.
 */
export function rowBytes(values: readonly (string | null)[]): Buffer {
  const parts: Buffer[] = []
  for (const value of values) {
    const bytes = value === null ? undefined : Buffer.from(value)
    const length = Buffer.alloc(lengthBytes)
    length.writeInt32BE(bytes?.length ?? absent)
    parts.push(length, ...(bytes === undefined ? [] : [bytes]))
  }
  return Buffer.concat(parts)
}

/**
 * The values in the bytes of a row; undefined for null.
 *
 * @throws RangeError when they are not those of a row.
 */
export function rowFields(bytes: Buffer): (Buffer | undefined)[] {
  const fields: (Buffer | undefined)[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readInt32BE(at)
    at += lengthBytes
    if (length < absent || at + length > bytes.length)
      throw new RangeError(`no value of ${length} bytes at ${at}`)
    fields.push(length === absent ? undefined : bytes.subarray(at, at + length))
    at += Math.max(0, length)
  }
  return fields
}
