import { perhaps, spend, type Known } from './accepts.js'
import type { Gap } from './gap.js'
import { alternativesOf } from './alternatives.js'
import { kindOf, kinds, typesOf, type Kind, type Schema, type SchemaObject } from './schema.js'

/** What is known of both schemas, and how deep we are. */
export interface Context extends Known {
  /** Shapes that are being held against a definition further up: a schema that contains itself meets them again. */
  readonly assumed: ReadonlySet<string>
  /** What came out of pairs that were compared. One that is being compared has nothing yet: it is assumed to hold. */
  readonly compared: Map<string, readonly Gap[]>
  readonly depth: number
}

/** Values of one kind that all of some schemas allow, or one value. A schema allows no more than its shapes do. */
export type Shape = ValueShape | OpenShape

/** One value. */
export interface ValueShape {
  readonly kind: 'value'
  readonly value: unknown
}

/** Values of one kind; `all` have no alternatives in them. */
export interface OpenShape {
  readonly kind: 'number' | 'string' | 'array' | 'object'
  readonly isInteger: boolean
  readonly all: readonly SchemaObject[]
}

/** Deeper than this nothing is compared. */
export const deepest = 64

/**
 * The shapes of a schema: together they allow all that it allows, and perhaps more, where it says something by way of
 * `not`, `oneOf` or a condition.
 *
 * @returns Undefined when there are too many.
 */
export function shapesOf(schema: Schema, context: Context): Shape[] | undefined {
  spend(context)
  if (context.effort.left < 0) return undefined
  const alternatives = alternativesOf(schema, context.definitions)
  return alternatives?.flatMap((all) => shapesOfAll(all, context))
}

/** A schema that says what a shape says. */
export function schemaOf(shape: Shape): Schema {
  if (shape.kind === 'value') return { const: shape.value }
  return { allOf: [{ type: shape.isInteger ? 'integer' : shape.kind }, ...shape.all] }
}

function shapesOfAll(all: readonly SchemaObject[], context: Context): Shape[] {
  const allowed = kinds.filter((kind) => all.every((each) => allowsKind(each, kind)))
  const listed = all.map(listOf).find((list) => list !== undefined)
  const holds = (value: unknown): boolean => all.every((each) => perhaps(each, value, context))
  const values = (list: readonly unknown[]): Shape[] =>
    list.filter(holds).map((value) => ({ kind: 'value', value }))
  if (listed !== undefined) return values(listed.filter((value) => allowed.includes(kindOf(value))))
  return allowed.flatMap((kind): Shape[] => {
    if (kind === 'null') return values([null])
    if (kind === 'boolean') return values([true, false])
    const isInteger = kind === 'number' && all.some((each) => typesOf(each)?.includes('number') === false)
    const shape: OpenShape = { kind, isInteger, all }
    return isEmpty(shape, context) ? [] : [shape]
  })
}

function allowsKind(schema: SchemaObject, kind: Kind): boolean {
  if (excludes(schema.not, kind)) return false
  const types = typesOf(schema)
  if (types === undefined) return true
  return types.includes(kind) || (kind === 'number' && types.includes('integer'))
}

/** Whether what is excluded is all of a kind. */
function excludes(not: Schema | undefined, kind: Kind): boolean {
  if (typeof not !== 'object') return not === true
  return Object.keys(not).join() === 'type' && typesOf(not)?.includes(kind) === true
}

function listOf(schema: SchemaObject): readonly unknown[] | undefined {
  return 'const' in schema ? [schema.const] : schema.enum
}

/** Whether no value has the shape. Where that is not seen, some value is taken to have it. */
function isEmpty(shape: OpenShape, context: Context): boolean {
  if (context.depth > 6) return false
  const deeper = { ...context, depth: context.depth + 1 }
  const isNothing = (schema: Schema): boolean => shapesOf(schema, deeper)?.length === 0
  switch (shape.kind) {
    case 'number':
      return numberBounds(shape).isEmpty
    case 'string':
      return most(shape, 'minLength') > least(shape, 'maxLength')
    case 'array': {
      const fewest = most(shape, 'minItems')
      if (fewest > least(shape, 'maxItems')) return true
      return (
        fewest > 0 &&
        fewest < 16 &&
        Array.from({ length: fewest }, (_, i) => elementOf(shape, i)).some(isNothing)
      )
    }
    case 'object': {
      const required = requiredOf(shape)
      if (Math.max(required.length, most(shape, 'minProperties')) > least(shape, 'maxProperties')) return true
      return required.some((name) => isNothing(memberOf(shape, name)))
    }
  }
}

type Lower = 'minLength' | 'minItems' | 'minProperties'
type Upper = 'maxLength' | 'maxItems' | 'maxProperties'

/** The strictest lower bound of a shape; 0 when it has none. */
export function most({ all }: OpenShape, keyword: Lower): number {
  return Math.max(0, ...all.map((each) => each[keyword] ?? 0))
}

/** The strictest upper bound of a shape. */
export function least({ all }: OpenShape, keyword: Upper): number {
  return Math.min(Infinity, ...all.map((each) => each[keyword] ?? Infinity))
}

/** Between what its numbers lie. An integer's bounds are never open. */
export function numberBounds({ all, isInteger }: OpenShape): {
  readonly low: number
  readonly isLowOpen: boolean
  readonly high: number
  readonly isHighOpen: boolean
  readonly isEmpty: boolean
} {
  let [low, isLowOpen, high, isHighOpen] = [-Infinity, false, Infinity, false]
  for (const {
    minimum = -Infinity,
    exclusiveMinimum: above = -Infinity,
    maximum = Infinity,
    exclusiveMaximum: below = Infinity,
  } of all) {
    if (minimum > low) [low, isLowOpen] = [minimum, false]
    if (above >= low && above > -Infinity) [low, isLowOpen] = [above, true]
    if (maximum < high) [high, isHighOpen] = [maximum, false]
    if (below <= high && below < Infinity) [high, isHighOpen] = [below, true]
  }
  if (isInteger && Number.isFinite(low))
    [low, isLowOpen] = [isLowOpen ? Math.floor(low) + 1 : Math.ceil(low), false]
  if (isInteger && Number.isFinite(high))
    [high, isHighOpen] = [isHighOpen ? Math.ceil(high) - 1 : Math.floor(high), false]
  return {
    low,
    isLowOpen,
    high,
    isHighOpen,
    isEmpty: low > high || (low === high && (isLowOpen || isHighOpen)),
  }
}

/** The members that an object of the shape always has. */
export function requiredOf({ all }: OpenShape): string[] {
  return [...new Set(all.flatMap(({ required = [] }) => required))]
}

/** What an element of an array of the shape may be. */
export function elementOf({ all }: { readonly all: readonly SchemaObject[] }, index: number): Schema {
  return together(all.map(({ prefixItems, items }) => prefixItems?.[index] ?? items ?? true))
}

/** What the member of that name may be, where it is there. */
export function memberOf({ all }: { readonly all: readonly SchemaObject[] }, name: string): Schema {
  return together(all.map((each) => memberOfOne(each, name)))
}

function memberOfOne(
  { properties, patternProperties = {}, additionalProperties }: SchemaObject,
  name: string,
): Schema {
  const said = [
    ...(properties && Object.hasOwn(properties, name) ? [properties[name] ?? true] : []),
    ...Object.entries(patternProperties).flatMap(([pattern, schema]) =>
      matches(pattern, name) ? [schema] : [],
    ),
  ]
  return said.length > 0 ? together(said) : (additionalProperties ?? true)
}

/** Whether a name is one of a pattern. A pattern that is none matches nothing. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name)
  } catch {
    return false
  }
}

/** All of some schemas as one. One that was met before stays as it is, so that it is seen to be the same. */
export function together(schemas: readonly Schema[]): Schema {
  if (schemas.includes(false)) return false
  const said = [...new Set(schemas.filter((each) => each !== true))]
  return said.length === 0 ? true : said.length === 1 ? (said[0] ?? true) : { allOf: said }
}
