import { perhaps } from './accepts.js'
import {
  elementOf,
  least,
  memberOf,
  most,
  numberBounds,
  requiredOf,
  shapesOf,
  type Context,
  type OpenShape,
  type Shape,
} from './shapes.js'
import type { Schema } from './schema.js'

const formats: Readonly<Record<string, string>> = {
  uuid: '0198c0de-0000-7000-8000-000000000000',
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
  time: '00:00:00Z',
  duration: 'P1D',
  email: 'ada@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/',
  'uri-reference': '/a',
  url: 'https://example.org/',
  'json-pointer': '/a',
  regex: 'a',
}

/** Texts that try what patterns may be about. */
const texts = [
  '',
  'a',
  'A',
  '0',
  'ab',
  'a-b',
  'a_b',
  'a b',
  'é',
  '📦',
  '\n',
  'x'.repeat(10),
  '0123456789',
  ...Object.values(formats),
]

/** Some values that a schema allows: none is wrong, and there may be none though there are values. */
export function samplesOf(schema: Schema, context: Context, atMost = 6): unknown[] {
  if (context.depth > 8 || context.effort.left < 0) return []
  const shapes = shapesOf(schema, context) ?? []
  const found: unknown[] = []
  for (const shape of shapes.slice(0, 24)) {
    const valid = candidates(shape, context).filter((value) => perhaps(schema, value, context))
    found.push(...valid.slice(0, atMost))
  }
  return found
}

/** Values that may have a shape. */
export function candidates(shape: Shape, context: Context): unknown[] {
  if (shape.kind === 'value') return [shape.value]
  switch (shape.kind) {
    case 'number':
      return numbers(shape)
    case 'string':
      return stringsOf(shape)
    case 'array':
      return arrays(shape, context)
    case 'object':
      return objects(shape, context)
  }
}

/** Numbers around the bounds of a shape. */
export function numbers(shape: OpenShape): number[] {
  const { low, high } = numberBounds(shape)
  const steps = shape.all.flatMap(({ multipleOf }) => multipleOf ?? [])
  const ends = [low, high].filter(Number.isFinite)
  const near = ends.flatMap((end) => [end, end + 1, end - 1, end + 0.5, end - 0.5])
  const multiples = steps.flatMap((step) => [
    0,
    step,
    -step,
    ...ends.flatMap((end) => [Math.ceil(end / step) * step, Math.floor(end / step) * step]),
  ])
  return [...new Set([0, 1, -1, 0.5, ...near, ...multiples, 1e9 + 0.25])]
}

function stringsOf(shape: OpenShape): string[] {
  const [shortest, longest] = [most(shape, 'minLength'), least(shape, 'maxLength')]
  const lengths = [shortest, Math.min(longest, shortest + 1), ...(longest < 10_000 ? [longest] : [])]
  const filled = lengths
    .filter((length) => length < 10_000)
    .flatMap((length) => ['x'.repeat(length), '0'.repeat(length)])
  const named = shape.all.flatMap(({ format }) => (format === undefined ? [] : (formats[format] ?? [])))
  return [...new Set([...named, ...filled, ...texts])]
}

function arrays(shape: OpenShape, context: Context): unknown[][] {
  const fewest = most(shape, 'minItems')
  const isUnique = shape.all.some(({ uniqueItems }) => uniqueItems === true)
  const made = [fewest, fewest + 1].map((length) => arrayWith(shape, length, {}, context, isUnique))
  return [...(fewest === 0 ? [[]] : []), ...made.filter((each) => each !== undefined)]
}

/** An array of the shape with an element of our choice. */
export function arrayWith(
  shape: OpenShape,
  length: number,
  chosen: Readonly<Record<number, unknown>>,
  context: Context,
  isUnique = false,
): unknown[] | undefined {
  if (length > 64) return undefined
  const deeper = { ...context, depth: context.depth + 1 }
  const made: unknown[] = []
  for (let index = 0; index < length; index += 1) {
    if (index in chosen) {
      made.push(chosen[index])
      continue
    }
    const some = samplesOf(elementOf(shape, index), deeper)
    const taken = isUnique
      ? new Set([...made, ...Object.values(chosen)].map((value) => JSON.stringify(value)))
      : new Set()
    const next = some.find((value) => !taken.has(JSON.stringify(value)))
    if (next === undefined) return undefined
    made.push(next)
  }
  return made
}

function objects(shape: OpenShape, context: Context): object[] {
  const plain = objectWith(shape, {}, context)
  if (plain === undefined) return []
  const names = [...new Set(shape.all.flatMap(({ properties = {} }) => Object.keys(properties)))]
  const full = objectWith(shape, {}, context, names)
  // Some have to have more members than they require.
  const missing = Math.min(16, most(shape, 'minProperties') - Object.keys(plain).length)
  const fill = Array.from({ length: Math.max(0, missing) }, (_, index) => `member${index}`)
  const filled = fill.length > 0 ? objectWith(shape, {}, context, fill) : undefined
  return [plain, ...(full ? [full] : []), ...(filled ? [filled] : [])]
}

/** An object of the shape with the members that it requires, some of our choice, and others where they can be made. */
export function objectWith(
  shape: OpenShape,
  chosen: Readonly<Record<string, unknown>>,
  context: Context,
  others: readonly string[] = [],
): Record<string, unknown> | undefined {
  const deeper = { ...context, depth: context.depth + 1 }
  const made = new Map<string, unknown>(Object.entries(chosen))
  const required = requiredOf(shape)
  for (const name of new Set([...required, ...others])) {
    if (made.has(name)) continue
    const [value] = samplesOf(memberOf(shape, name), deeper, 1)
    if (value !== undefined) made.set(name, value)
    else if (required.includes(name)) return undefined
  }
  return Object.fromEntries(made)
}
