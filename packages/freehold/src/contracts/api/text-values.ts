import type { JsonSchema } from '@freehold/manifest'
import { textOf, withParts, type WrittenSchema } from '../../schemas/index.js'

type Written = JsonSchema | boolean

/**
 * A schema of what is read from a text, in a query, a path or a header, where nobody can tell a number from its digits: whoever
 * takes any text takes numbers, and `true` is a text, too. Whoever takes a list takes one value.
 */
export function readAsText({ schema, definitions = {} }: WrittenSchema): WrittenSchema {
  const read = (each: Written): Written =>
    typeof each === 'boolean' ? each : wider(withParts(each, (part) => read(part)))
  const entries = Object.entries(definitions).map(([name, each]) => [name, read(each)] as const)
  return { schema: oneOrMany(read(schema)), definitions: Object.fromEntries(entries) }
}

function wider(schema: JsonSchema): JsonSchema {
  const { type, enum: values, const: value, ...others } = schema
  if (Array.isArray(values)) return { ...others, enum: values.flatMap(readings) }
  if (value !== undefined) return { ...others, enum: readings(value) }
  const types = [type].flat()
  const also = [
    ...(types.includes('string') ? [unquoted(others)] : []),
    ...(types.includes('boolean') ? [{ enum: ['true', 'false'] }] : []),
  ]
  return also.length === 0 ? schema : { anyOf: [schema, ...also] }
}

/** A value, and what else is written like it. */
function readings(value: unknown): unknown[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [value, String(value)]
  if (value === 'true' || value === 'false') return [value, value === 'true']
  return typeof value === 'string' && String(Number(value)) === value ? [value, Number(value)] : [value]
}

const ofTexts = ['minLength', 'maxLength', 'pattern', 'format']

/** Values that are no texts and are written like one. Whether such a text is right is known where all are. */
function unquoted(schema: JsonSchema): JsonSchema {
  const said = Object.entries(schema).filter(([keyword]) => ofTexts.includes(keyword))
  const types = { type: ['number', 'boolean'] }
  return said.length === 0 ? types : { ...types, $textOf: textOf(said) }
}

function oneOrMany(schema: Written): Written {
  if (typeof schema === 'boolean' || schema['type'] !== 'array') return schema
  const { items = true, minItems = 0 } = schema
  return Number(minItems) > 1 ? schema : { anyOf: [schema, items] }
}
