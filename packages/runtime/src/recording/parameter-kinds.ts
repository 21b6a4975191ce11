/** What a value of JavaScript can be, in the order in which kinds are written. */
const kinds = ['array', 'bigint', 'boolean', 'bytes', 'date', 'json', 'null', 'number', 'string'] as const

const bit = (kind: (typeof kinds)[number]): number => 1 << kinds.indexOf(kind)
const bits = {
  array: bit('array'),
  bigint: bit('bigint'),
  boolean: bit('boolean'),
  bytes: bit('bytes'),
  date: bit('date'),
  json: bit('json'),
  null: bit('null'),
  number: bit('number'),
  string: bit('string'),
}

/** The kind of a value, as one bit, so that a parameter's kinds are a number. */
export function kindOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return bits.string
    case 'number':
      return bits.number
    case 'bigint':
      return bits.bigint
    case 'boolean':
      return bits.boolean
    case 'object':
      return value === null ? bits.null : kindOfObject(value)
    case 'undefined':
      return bits.null
    default:
      return bits.json
  }
}

function kindOfObject(value: object): number {
  if (Array.isArray(value)) return bits.array
  if (value instanceof Date) return bits.date
  return ArrayBuffer.isView(value) ? bits.bytes : bits.json
}

/** Kinds as they are written: `null|string`. */
export function kindNames(seen: number): string {
  return kinds.filter((kind) => (seen & bit(kind)) !== 0).join('|')
}
