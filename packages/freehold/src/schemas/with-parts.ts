import type { JsonSchema } from '@freehold/manifest'
import { lists, named, single } from './keywords.js'
import type { WrittenSchema } from './prepare.js'
import { isRecord } from './schema.js'

type Written = JsonSchema | boolean

const ofSameValue = new Set<string>([
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
])

/** Changes a schema that is part of another. */
export type PartChange = (part: Written, keyword: string) => Written

/** Whether what a keyword has in it speaks of the same value, and not of one inside of it. */
export function isOfSameValue(keyword: string): boolean {
  return ofSameValue.has(keyword)
}

/** A schema, each of those in it changed. What it says itself stays, and so does what is no schema. */
export function withParts(schema: JsonSchema, change: PartChange): JsonSchema {
  const changed = (value: unknown, keyword: string): unknown =>
    isRecord(value) || typeof value === 'boolean' ? change(value, keyword) : value
  const entries = Object.entries(schema).map(([key, value]: [string, unknown]): [string, unknown] => {
    if (Array.isArray(value) && [...lists, 'items'].includes(key))
      return [key, value.map((each: unknown) => changed(each, key))]
    if (isRecord(value) && [...named, '$defs', 'definitions'].includes(key))
      return [
        key,
        Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(each, key)])),
      ]
    return [key, [...single, 'additionalItems'].includes(key) ? changed(value, key) : value]
  })
  return Object.fromEntries(entries)
}

/** A schema and its definitions, each of them changed. */
export function withEach(
  { schema, definitions = {} }: WrittenSchema,
  change: (schema: Written) => Written,
): Required<WrittenSchema> {
  const entries = Object.entries(definitions).map(([name, each]) => [name, change(each)] as const)
  return { schema: change(schema), definitions: Object.fromEntries(entries) }
}
