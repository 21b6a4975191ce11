import { inPlace } from './in-place.js'
import type { Schema, SchemaObject } from './schema.js'

type Definitions = Readonly<Record<string, Schema>>
/** More alternatives than these are not looked at. */
const mostAlternatives = 256

type Alternatives = readonly (readonly SchemaObject[])[]

/**
 * A schema as a list of alternatives, each a list of schemas that all hold and have no alternatives in them.
 *
 * @returns Undefined when there are too many.
 */
export function alternativesOf(
  schema: Schema,
  definitions: Definitions,
  seen: readonly string[] = [],
): Alternatives | undefined {
  if (typeof schema === 'boolean') return schema ? [[]] : []
  const { $ref, allOf = [], anyOf } = schema
  let found: Alternatives | undefined = [said(schema, definitions)]
  const both = (others: Alternatives | undefined): void => {
    const product: Alternatives | undefined =
      others && found?.flatMap((one) => others.map((other) => [...new Set([...one, ...other])]))
    found = product && product.length <= mostAlternatives ? product : undefined
  }
  if ($ref !== undefined && !seen.includes($ref))
    both(alternativesOf(definitions[$ref.slice('#/$defs/'.length)] ?? true, definitions, [...seen, $ref]))
  for (const each of allOf) both(alternativesOf(each, definitions, seen))
  for (const choices of [anyOf, schema.oneOf]) {
    if (choices === undefined) continue
    const all = choices.map((each) => alternativesOf(each, definitions, seen))
    both(all.every((each) => each !== undefined) ? all.flat() : undefined)
  }
  return found
}

const known = new WeakMap<Definitions, WeakMap<SchemaObject, readonly SchemaObject[]>>()

/** What a schema says itself. It is the same object each time, so that what is said twice is seen to be the same. */
function said(schema: SchemaObject, definitions: Definitions): readonly SchemaObject[] {
  const of = known.get(definitions) ?? new WeakMap<SchemaObject, readonly SchemaObject[]>()
  known.set(definitions, of)
  const { $ref: _, allOf: __, anyOf: ___, ...own } = schema
  const found = of.get(schema) ?? apart(schema, own, definitions)
  of.set(schema, found)
  return found
}

/**
 * What is said of members that are not spoken of would be stricter without what stands beside it. So it is said of those
 * that nothing of it speaks of, whether that holds or not: of fewer.
 */
function apart(schema: SchemaObject, own: SchemaObject, definitions: Definitions): SchemaObject[] {
  if (schema.$whole === undefined) return Object.keys(own).length > 0 ? [own] : []
  const { unevaluatedProperties: others, unevaluatedItems: _, ...rest } = own
  const parts = inPlace(schema, definitions)
  const isOpen = parts.some(
    (part) =>
      part.additionalProperties !== undefined ||
      part.$unclear !== undefined ||
      (part !== schema && part.unevaluatedProperties !== undefined),
  )
  if (others === undefined || isOpen) return [rest]
  const spokenOf = (keyword: 'properties' | 'patternProperties'): Record<string, Schema> =>
    Object.fromEntries(parts.flatMap((part) => Object.keys(part[keyword] ?? {})).map((name) => [name, true]))
  const patterns = spokenOf('patternProperties')
  const closed = { properties: spokenOf('properties'), additionalProperties: others }
  return [rest, Object.keys(patterns).length > 0 ? { ...closed, patternProperties: patterns } : closed]
}
