import { textOf, type Schema, type SchemaObject } from './schema.js'

/**
 * Says what is said of members and elements that are not spoken of in words that need no look at what else holds: where
 * all that speaks of them does so in any case, it is the same as what is said of additional ones. Where it depends, the
 * schema remembers all of itself, to be compared by its text.
 */
export function evaluated(schema: SchemaObject): SchemaObject {
  return remembered(elements(members(schema)))
}

function members(schema: SchemaObject): SchemaObject {
  const { unevaluatedProperties: others, ...rest } = schema
  if (others === undefined) return schema
  const parts = certain(rest)
  if (parts === undefined) return schema
  if (parts.some(({ additionalProperties }) => additionalProperties !== undefined)) return rest
  if (rest.allOf === undefined) return { ...rest, additionalProperties: others }
  const spokenOf = (keyword: 'properties' | 'patternProperties'): Record<string, Schema> =>
    Object.fromEntries(parts.flatMap((part) => Object.keys(part[keyword] ?? {})).map((name) => [name, true]))
  const [properties, patternProperties] = [spokenOf('properties'), spokenOf('patternProperties')]
  return { ...rest, allOf: [...rest.allOf, { properties, patternProperties, additionalProperties: others }] }
}

function elements(schema: SchemaObject): SchemaObject {
  const { unevaluatedItems: others, ...rest } = schema
  if (others === undefined) return schema
  const parts = certain(rest)
  if (parts === undefined || parts.some(({ contains }) => contains !== undefined)) return schema
  if (parts.some(({ items }) => items !== undefined)) return rest
  if (rest.allOf === undefined) return { ...rest, items: others }
  const listed = Math.max(0, ...parts.map(({ prefixItems = [] }) => prefixItems.length))
  const beside = { ...(listed > 0 && { prefixItems: Array<Schema>(listed).fill(true) }), items: others }
  return { ...rest, allOf: [...rest.allOf, beside] }
}

/** All that speaks of the same value, where each of it holds in any case. */
function certain(schema: SchemaObject): SchemaObject[] | undefined {
  const { $ref, anyOf, oneOf, if: condition, dependentSchemas, allOf = [], $whole, $unclear } = schema
  if ([$ref, anyOf, oneOf, condition, dependentSchemas, $whole, $unclear].some((each) => each !== undefined))
    return undefined
  const parts = allOf.map((each) => (typeof each === 'boolean' ? [] : certain(each)))
  return parts.every((each) => each !== undefined) ? [schema, ...parts.flat()] : undefined
}

function remembered(schema: SchemaObject): SchemaObject {
  const { unevaluatedProperties, unevaluatedItems } = schema
  if (unevaluatedProperties === undefined && unevaluatedItems === undefined) return schema
  return { ...schema, $whole: textOf(schema) }
}
