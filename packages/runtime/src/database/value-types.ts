import pg from 'pg'

const int8: number = pg.types.builtins.INT8

/** The type's own list of oids has no arrays. */
const int8Array = 1016

type Parse = (value: string) => unknown

const parserOf = pg.types.getTypeParser as (oid: number, format?: 'text' | 'binary') => Parse

const exactParsers = new Map<number, Parse>([
  [int8, exactNumber],
  [int8Array, exactNumbers],
])

/**
 * How values come back: as `pg` does it, but `bigint` as a number where a number is exact. Beyond 2^53 it
 * stays the string that `pg` gives, so that nothing is rounded.
 */
export const valueTypes = {
  getTypeParser: (oid: number, format: 'text' | 'binary' = 'text'): Parse => {
    const exact = format === 'text' ? exactParsers.get(oid) : undefined
    return exact ?? parserOf(oid, format)
  },
}

function exactNumber(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : text
}

function exactNumbers(text: string): (number | string | null)[] {
  const items = parserOf(int8Array)(text) as (string | null)[]
  return items.map((item) => (item === null ? null : exactNumber(item)))
}
