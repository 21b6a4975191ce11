/** The version that a writer has read: one, one of several, or whichever there is. */
export type ExpectedVersion = number | readonly number[] | 'any'

/** Whether a row of this version may be written. */
export function accepts(expected: ExpectedVersion, version: number): boolean {
  if (expected === 'any') return true
  return typeof expected === 'number' ? expected === version : expected.includes(version)
}

/** A list of one is that one, so that both share a prepared statement. */
export function soleVersion(expected: ExpectedVersion): ExpectedVersion {
  if (typeof expected !== 'object' || expected.length !== 1) return expected
  return expected[0] ?? expected
}

/** As a sentence has it. */
export function saidVersion(expected: ExpectedVersion): string {
  if (typeof expected !== 'object') return String(expected)
  return expected.length === 0 ? 'one that was ever given out' : `one of ${expected.join(', ')}`
}
