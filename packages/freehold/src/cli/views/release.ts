/** A version of PostgreSQL as people write it: 180004 is 18.4. */
export function release(version: number): string {
  return `${Math.floor(version / 10_000)}.${version % 10_000}`
}
