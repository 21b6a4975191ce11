import { isRecord } from './values.js'

/** What is wrong with a schema: where in it, what, and what to do. */
export interface SchemaFinding {
  /** Dotted, and empty for the schema as a whole. */
  readonly at: string
  readonly message: string
  readonly fix: string
}

/** Deeper ones are cycles, or will overflow whoever walks them next. */
const deepest = 32

const typeNames = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']
/** Keywords with several schemas in them, with some that have names, and with one. */
export const listsOfSchemas = ['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']
export const namedSchemas = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
export const oneSchema = [
  ...['items', 'additionalItems', 'additionalProperties', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['contains', 'propertyNames', 'not', 'if', 'then', 'else'],
]

/** Members in which TypeBox keeps functions, that no JSON can carry to another service. */
const hidden = { '~refine': 'a refinement', '~codec': 'a codec' } as const

/**
 * What keeps a value from being a JSON Schema that other services, in whatever language, can use as it is:
 * what JSON cannot say, types that JSON does not have, functions of TypeBox, and references.
 */
export function schemaFindings(schema: unknown): SchemaFinding[] {
  const unplain = plainFinding(schema, '', 0)
  return unplain ? [unplain] : walk(schema, '')
}

/** Whether all values of the schema are texts. */
export function saysText(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  if (schema['type'] === 'string' || typeof schema['const'] === 'string') return true
  const every = (list: unknown, holds: (each: unknown) => boolean): boolean =>
    Array.isArray(list) && list.length > 0 && list.every(holds)
  return every(schema['enum'], (each) => typeof each === 'string') || every(schema['anyOf'], saysText)
}

function walk(schema: unknown, at: string): SchemaFinding[] {
  if (typeof schema === 'boolean') return []
  if (!isRecord(schema)) return [{ at, message: 'is not a schema', fix: 'Build it with Type of typebox.' }]
  return [
    ...ownFindings(schema, at),
    ...oneSchema.flatMap((key) =>
      key in schema && !Array.isArray(schema[key]) ? walk(schema[key], join(at, key)) : [],
    ),
    ...listsOfSchemas.flatMap((key) => {
      const list = schema[key]
      return Array.isArray(list) ? list.flatMap((each, index) => walk(each, join(at, key, index))) : []
    }),
    ...namedSchemas.flatMap((key) => {
      const named = schema[key]
      if (!isRecord(named)) return []
      return Object.entries(named).flatMap(([name, each]) => walk(each, join(at, key, name)))
    }),
  ]
}

function ownFindings(schema: Record<string, unknown>, at: string): SchemaFinding[] {
  const findings: SchemaFinding[] = []
  for (const [member, name] of Object.entries(hidden)) {
    if (!(member in schema)) continue
    const fix = 'Say it in JSON Schema (pattern, minimum, format …), or check it in the service.'
    findings.push({ at, message: `has ${name}, which does not reach other services`, fix })
  }
  if ('$ref' in schema || '$dynamicRef' in schema) {
    const fix = 'Write out what it refers to: a contract is complete in itself.'
    findings.push({ at, message: 'refers to another schema with $ref', fix })
  }
  const types = 'type' in schema ? [schema['type']].flat() : []
  if (!types.every((type) => typeof type === 'string' && typeNames.includes(type))) {
    const fix = `Use one of: ${typeNames.join(', ')}.`
    findings.push({ at: join(at, 'type'), message: 'is not a type that JSON has', fix })
  }
  const required = 'required' in schema ? schema['required'] : []
  if (!Array.isArray(required) || !required.every((name) => typeof name === 'string')) {
    const fix = 'List the names of the members that are always there.'
    findings.push({ at: join(at, 'required'), message: 'is not a list of names', fix })
  }
  return findings
}

/** The first thing that JSON cannot say. */
function plainFinding(value: unknown, at: string, depth: number): SchemaFinding | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value))
    return undefined
  const fix = 'A contract is plain data: texts, numbers, booleans, null, lists and objects.'
  if (typeof value !== 'object') return { at, message: `is a ${typeof value}, which JSON cannot say`, fix }
  if (depth > deepest) {
    return { at: '', message: `is nested deeper than ${deepest} levels`, fix: 'Flatten it.' }
  }
  if (!Array.isArray(value) && !isPlain(value)) {
    return { at, message: 'is an instance of a class, which JSON cannot say', fix }
  }
  for (const [key, each] of Object.entries(value)) {
    const found = plainFinding(each, join(at, key), depth + 1)
    if (found) return found
  }
  return undefined
}

/** Made by `{ … }`, here or in another realm such as that of a configuration's loader. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function join(...parts: (string | number)[]): string {
  return parts.filter((part) => part !== '').join('.')
}
