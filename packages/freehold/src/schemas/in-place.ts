import type { Schema, SchemaObject } from './schema.js'

/** A schema, and all in it that speak of the same value as it does, also by reference where definitions are given. */
export function inPlace(
  schema: Schema | undefined,
  definitions: Readonly<Record<string, Schema>> = {},
  seen: readonly string[] = [],
): SchemaObject[] {
  if (typeof schema !== 'object') return []
  const { allOf = [], anyOf = [], oneOf = [], dependentSchemas = {}, not, then } = schema
  const parts = [
    ...allOf,
    ...anyOf,
    ...oneOf,
    ...Object.values(dependentSchemas),
    not,
    schema.if,
    then,
    schema.else,
  ]
  const { $ref } = schema
  const further = $ref === undefined || seen.includes($ref) ? seen : [...seen, $ref]
  const target = further === seen ? undefined : definitions[$ref?.slice('#/$defs/'.length) ?? '']
  return [schema, ...[...parts, target].flatMap((part) => inPlace(part, definitions, further))]
}
