import type { JsonSchema } from '@freehold/manifest'
import { choice, isRecord, textOf } from '../schemas/index.js'

type Written = JsonSchema | boolean

/**
 * A schema as whoever says something keeps it: an object that does not speak of other members has none. Where several
 * schemas speak of an object, its members are those that any of them speaks of.
 */
export function told(schema: Written): Written {
  return mapped(schema, { inPart: toldPart, inside: told, close: (object) => closed(object) })
}

/** One that speaks of a value together with others leaves the value open, and closes what is in it. */
function toldPart(schema: Written): Written {
  return mapped(schema, { inPart: toldPart, inside: told, close: (object) => object })
}

/** A schema as whoever listens takes it: a member that it does not name is passed over. */
export function heard(schema: Written): Written {
  return mapped(schema, { inPart: heard, inside: heard, close: (object, from) => opened(object, from) })
}

interface Change {
  /** Of what speaks of the same value. */
  readonly inPart: (schema: Written) => Written
  /** Of what speaks of members and elements. */
  readonly inside: (schema: Written) => Written
  readonly close: (object: JsonSchema, from: JsonSchema) => JsonSchema
}

const partLists = ['allOf', 'anyOf', 'oneOf']
const parts = ['then', 'else']
const insideLists = ['prefixItems', 'items']
const insides = [
  'items',
  'additionalItems',
  'unevaluatedItems',
  'additionalProperties',
  'unevaluatedProperties',
]

/** What is excluded, or is a condition, stays as it is: to open it would exclude more, or ask for more. */
function mapped(schema: unknown, { inPart, inside, close }: Change): Written {
  if (!isRecord(schema)) return schema !== false
  const whole = isChoice(schema) ? inside : inPart
  const entries = Object.entries(schema).map(([key, value]: [string, unknown]): [string, unknown] => {
    const list = Array.isArray(value) ? (value as Written[]) : undefined
    if (list && partLists.includes(key)) return [key, list.map(key === 'allOf' ? inPart : whole)]
    if (list && insideLists.includes(key)) return [key, list.map(inside)]
    if (['properties', 'patternProperties'].includes(key)) return [key, members(value, inside)]
    // Who refers to them may be another part of the same value.
    if (['$defs', 'definitions', 'dependentSchemas'].includes(key)) return [key, members(value, inPart)]
    if (parts.includes(key)) return [key, inPart(value as Written)]
    return [key, insides.includes(key) && isRecord(value) ? inside(value) : value]
  })
  const { oneOf } = schema
  // Of those that are closed or opened now, one can no longer tell whether they are apart.
  const written = Array.isArray(oneOf) ? { [choice]: schema[choice] ?? textOf(oneOf) } : {}
  return close({ ...Object.fromEntries(entries), ...written }, schema)
}

function members(value: unknown, change: (schema: Written) => Written): unknown {
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each as Written)]))
}

const spoken = ['properties', 'patternProperties', 'allOf', '$ref', 'if', 'dependentSchemas']

/** Whether a value is one of several things, and nothing else is said of its members. */
function isChoice(schema: JsonSchema): boolean {
  const choices = ['anyOf', 'oneOf'].filter((key) => key in schema)
  return choices.length === 1 && !spoken.some((key) => key in schema)
}

function closed(object: JsonSchema): JsonSchema {
  if (isChoice(object)) return object
  const all = speakers(object)
  // What is referred to may speak of others, and is not known here.
  const isOpen = all.some((each) =>
    ['additionalProperties', 'unevaluatedProperties', '$ref', '$dynamicRef'].some((key) => key in each),
  )
  if (isOpen || !all.some((each) => 'properties' in each)) return object
  if (all.length === 1) return { ...object, additionalProperties: false }
  const spokenOf = (keyword: string): JsonSchema =>
    Object.fromEntries(all.flatMap((each) => Object.keys(each[keyword] ?? {})).map((name) => [name, true]))
  const [properties, patternProperties] = [spokenOf('properties'), spokenOf('patternProperties')]
  const others = { properties, patternProperties, additionalProperties: false }
  return { ...object, allOf: [...((object['allOf'] ?? []) as unknown[]), others] }
}

/** A schema, and all in it that speak of the same value. */
function speakers(schema: unknown): JsonSchema[] {
  if (!isRecord(schema)) return []
  const lists = partLists.flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as unknown[]) : []))
  const cases = ['if', 'then', 'else'].map((key) => schema[key])
  const { dependentSchemas } = schema
  const dependent: unknown[] = isRecord(dependentSchemas) ? Object.values(dependentSchemas) : []
  return [schema, ...[...lists, ...cases, ...dependent].flatMap(speakers)]
}

function opened(object: JsonSchema, from: JsonSchema): JsonSchema {
  const { additionalProperties: others, unevaluatedProperties: rest, ...open } = object
  return apart(
    {
      ...open,
      ...(others !== undefined && others !== false && { additionalProperties: others }),
      ...(rest !== undefined && rest !== false && { unevaluatedProperties: rest }),
    },
    from,
  )
}

/** Alternatives that only their members told apart are no longer apart once others are passed over. */
function apart({ oneOf, ...object }: JsonSchema, from: JsonSchema): JsonSchema {
  if (!Array.isArray(oneOf) || !Array.isArray(from['oneOf']))
    return oneOf === undefined ? object : { ...object, oneOf }
  const before = (from['oneOf'] as unknown[]).map(textOf)
  if (oneOf.every((each, index) => textOf(each) === before[index])) return { ...object, oneOf }
  const plain = oneOf.filter(isPlain) as unknown[]
  const others = { anyOf: oneOf.filter((each) => !isPlain(each)) as unknown[] }
  const choice = plain.length === 0 ? others : { oneOf: [...plain, others] }
  return 'anyOf' in object
    ? { ...object, allOf: [...((object['allOf'] ?? []) as unknown[]), choice] }
    : { ...object, ...choice }
}

/** Whether a schema is of values without members. */
function isPlain(schema: unknown): boolean {
  const types = isRecord(schema) ? [schema['type']].flat() : []
  return (
    types.length > 0 &&
    types.every((type) => ['null', 'boolean', 'number', 'integer', 'string'].includes(String(type)))
  )
}
