import { randomUUID } from 'node:crypto'
import { baseType, type Catalog, type TypeInfo } from './catalog.js'

/** A value as text, as the server would read it; null is NULL. */
export type Value = string | null

const uuid = '0190f0a0-0000-7000-8000-000000000001'

/** Values that differ in all that a schema usually makes a difference of: length, sign, size, form, case. */
const byName: Readonly<Record<string, readonly string[]>> = {
  int2: ['1', '0', '-1', '-1000', '32767'],
  int4: ['1', '0', '-1', '-1000', '1000', '40000', '2147483647'],
  int8: ['1', '0', '-1', '-1000', '1000', '3000000000'],
  numeric: ['1', '0', '-1', '-1000', '0.005', '99999.99', '123456789012.5'],
  float4: ['1', '0', '-1', '0.5', '1e30'],
  float8: ['1', '0', '-1', '0.5', '1e200'],
  money: ['1', '0', '-1'],
  bool: ['true', 'false'],
  date: ['2026-01-02', '1900-01-01', '2999-12-31'],
  timestamp: ['2026-01-02 03:04:05', '1900-01-01 00:00:00', '2999-12-31 00:00:00'],
  timestamptz: ['2026-01-02 03:04:05+00', '1900-01-01 00:00:00+00', '2999-12-31 00:00:00+00'],
  time: ['03:04:05', '00:00:00', '23:59:59'],
  timetz: ['03:04:05+00', '23:59:59+00'],
  interval: ['1 day', '0', '-1 day', '100 years'],
  uuid: [uuid],
  json: ['{"a": 1}', '{}', '[]', '"text"', '1', 'null'],
  jsonb: ['{"a": 1}', '{}', '[]', '"text"', '1', 'null'],
  // The size of a SHA-256 among them, which many a condition asks for.
  bytea: ['\\x01', '\\x', `\\x${'5a'.repeat(32)}`, `\\x${'ab'.repeat(300)}`],
  inet: ['10.0.0.1', '::1'],
  cidr: ['10.0.0.0/8'],
  macaddr: ['08:00:2b:01:02:03'],
  macaddr8: ['08:00:2b:01:02:03:04:05'],
  point: ['(1,2)'],
  box: ['((0,0),(1,1))'],
  circle: ['<(0,0),1>'],
  line: ['{1,2,3}'],
  lseg: ['[(0,0),(1,1)]'],
  path: ['[(0,0),(1,1)]'],
  polygon: ['((0,0),(1,1),(1,0))'],
  tsvector: ['word'],
  tsquery: ['word'],
  xml: ['<a/>'],
  bit: ['1'],
  varbit: ['101'],
  name: ['sample'],
  oid: ['1'],
  xid8: ['1'],
  char: ['a'],
  int4range: ['[1,2)', 'empty', '[1,100)'],
  int8range: ['[1,2)', 'empty', '[1,100)'],
  numrange: ['[1,2)', 'empty', '[1,100)'],
  daterange: ['[2026-01-02,2026-01-03)', 'empty'],
  tsrange: ['[2026-01-02,2026-01-03)', 'empty'],
  tstzrange: ['[2026-01-02,2026-01-03)', 'empty'],
}

const texts = [
  'sample',
  'Some Text',
  '',
  'a',
  'UPPER',
  '12345',
  '-1',
  'ada@example.com',
  'https://example.com/a',
  '2026-01-02',
  uuid,
  '{}',
  ...[11, 21, 33, 51, 65, 101, 129, 201, 256, 513, 1025, 5000].map((length) => 'x'.repeat(length)),
]

/** Values of a type, the plainest first. */
export function valuesOf(catalog: Catalog, oid: number): readonly string[] {
  const type = baseType(catalog, oid)
  if (type === undefined) return texts
  if (type.kind === 'e') return type.labels
  if (type.category === 'A' && type.element !== 0) return arraysOf(valuesOf(catalog, type.element))
  if (type.kind === 'c') return rowsOf(catalog, type)
  return byName[type.name] ?? (type.category === 'S' ? texts : ['1'])
}

/** A value that no row has yet. @param number - Another one for every call. */
export function freshValue(catalog: Catalog, oid: number, number: number): string | undefined {
  const type = baseType(catalog, oid)
  if (type === undefined || type.category === 'S')
    return type?.name === 'char' ? undefined : `fresh ${number}`
  if (type.name === 'uuid') return randomUUID()
  if (type.name === 'int2') return String(20_000 + (number % 10_000))
  if (['int4', 'int8', 'numeric', 'float8'].includes(type.name)) return String(700_000 + number)
  if (type.name === 'date') return new Date(Date.UTC(2030, 0, 1 + number)).toISOString().slice(0, 10)
  if (type.name === 'timestamp' || type.name === 'timestamptz')
    return new Date(Date.UTC(2030, 0, 1, 0, number)).toISOString()
  if (type.name === 'bytea') return `\\x${number.toString(16).padStart(64, '0')}`
  if (type.name === 'inet') return `10.1.${(number >> 8) & 255}.${number & 255}`
  if (type.name === 'jsonb') return JSON.stringify({ fresh: number })
  if (/range$/.test(type.name) && type.name.startsWith('int')) return `[${number * 10},${number * 10 + 1})`
  return undefined
}

/** The largest and the least of what rows have. */
const ends: Readonly<Record<string, readonly [least: string, most: string]>> = {
  int2: ['-32768', '32767'],
  int4: ['-2147483648', '2147483647'],
  int8: ['-9223372036854775808', '9223372036854775807'],
  numeric: ['-1e12', '1e12'],
  float4: ['-infinity', 'infinity'],
  float8: ['-infinity', 'infinity'],
  date: ['-infinity', 'infinity'],
  timestamp: ['-infinity', 'infinity'],
  timestamptz: ['-infinity', 'infinity'],
  interval: ['-100 years', '100 years'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
}

/** A value beyond those of all rows, upwards or downwards; undefined for a type without an order of that kind. */
export function furthest(catalog: Catalog, oid: number, isUpwards: boolean): string | undefined {
  const type = baseType(catalog, oid)
  if (type === undefined || type.category === 'S') return isUpwards ? '\u{10fffd}' : ''
  return ends[type.name]?.[isUpwards ? 1 : 0]
}

/** Whether JavaScript could have sent this as a value of these kinds. @param kinds - As they were recorded. */
export function isOfKind(value: Value, kinds: string | undefined): boolean {
  if (kinds === undefined || kinds === '') return true
  const each = kinds.split('|')
  if (value === null) return each.includes('null')
  if (each.some((kind) => !['number', 'bigint', 'boolean', 'null'].includes(kind))) return true
  if (each.includes('boolean') && /^(true|false)$/.test(value)) return true
  return (
    (each.includes('number') || each.includes('bigint')) && value !== '' && Number.isFinite(Number(value))
  )
}

/** Whether a text may be a value of a type, by its form alone: most constants of a schema are of other types. */
export function isFormOf(catalog: Catalog, oid: number, value: string): boolean {
  const type = baseType(catalog, oid)
  if (type?.name === 'uuid') return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
  if (type?.category === 'N' && type.name !== 'money') return value !== '' && Number.isFinite(Number(value))
  if (type?.category === 'D') return /^\d/.test(value) && /\d{2}/.test(value)
  return type?.kind === 'e' ? type.labels.includes(value) : true
}

function arraysOf(elements: readonly string[]): string[] {
  const quoted = elements.slice(0, 3).map((each) => `"${each.replaceAll(/["\\]/g, '\\$&')}"`)
  return [`{${quoted[0] ?? ''}}`, '{}', `{${quoted.join(',')}}`]
}

function rowsOf(catalog: Catalog, type: TypeInfo): string[] {
  const relation = catalog.relations.find(({ name }) => name === type.name)
  return [`(${','.repeat(Math.max((relation?.columns.length ?? 1) - 1, 0))})`]
}
