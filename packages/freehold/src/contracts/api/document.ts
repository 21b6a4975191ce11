import type { JsonSchema } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'

/** An object of a document, as it was written. */
export type Plain = Readonly<Record<string, unknown>>

/** An OpenAPI document 3.x. */
export interface ApiDocument {
  readonly root: Plain
  /** Version 3.0 has a dialect of JSON Schema of its own. */
  readonly is30: boolean
}

/** Which way a schema goes: members that are only read are no part of a request, and the other way round. */
export type Way = 'request' | 'response'

/**
 * Takes a value for an OpenAPI document.
 *
 * @param name - How it is called in an error: a file, or a release.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` when it is none of version 3.
 */
export function apiDocument(value: unknown, name: string): ApiDocument {
  const root = plain(value)
  const { openapi } = root
  if (typeof openapi === 'string' && /^3\.[0-2](?:\.|$)/.test(openapi))
    return { root, is30: openapi.startsWith('3.0') }
  throw new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', {
    message: `${name} is no OpenAPI document of version 3.`,
    details: { document: name },
  })
}

/** A value as an object; an empty one where it is none. */
export function plain(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {}
}

/** What a value is, or what it refers to inside of the document. */
export function resolved({ root }: ApiDocument, value: unknown): Plain {
  let found = plain(value)
  // A reference may lead to another, and in a broken document to itself.
  for (let steps = 0; typeof found['$ref'] === 'string' && steps < 16; steps += 1)
    found = plain(pointed(root, found['$ref']))
  return found
}

/** What a reference such as `#/components/schemas/Note` points at. */
export function pointed(root: Plain, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined
  return reference
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (Array.isArray(at) ? at[Number(part)] : plain(at)[part]), root)
}

/** A schema of the document as JSON Schema says it, with all that it may refer to. */
export function schemaIn(
  document: ApiDocument,
  schema: unknown,
  way: Way,
): { readonly schema: JsonSchema | boolean; readonly definitions: Record<string, JsonSchema | boolean> } {
  const definitions: Record<string, JsonSchema | boolean> = {}
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (key !== '$ref' || typeof inner !== 'string' || inner in definitions) {
        collect(inner)
        continue
      }
      const target = pointed(document.root, inner)
      if (target === undefined) continue
      definitions[inner] = true
      definitions[inner] = asJsonSchema(target, document.is30, way)
      collect(target)
    }
  }
  collect(schema)
  return { schema: asJsonSchema(schema ?? true, document.is30, way), definitions }
}

function asJsonSchema(schema: unknown, is30: boolean, way: Way): JsonSchema | boolean {
  if (typeof schema !== 'object' || schema === null) return schema !== false
  const entries = Object.entries(schema).map(([key, value]: [string, unknown]): [string, unknown] => {
    if (['properties', 'patternProperties'].includes(key))
      return [
        key,
        Object.fromEntries(
          Object.entries(plain(value)).map(([name, each]) => [name, asJsonSchema(each, is30, way)]),
        ),
      ]
    if (['allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(key) && Array.isArray(value))
      return [key, value.map((each) => asJsonSchema(each, is30, way))]
    if (['items', 'additionalProperties', 'not'].includes(key)) return [key, asJsonSchema(value, is30, way)]
    return [key, value]
  })
  return oneWay(
    is30 ? modern(Object.fromEntries(entries)) : Object.fromEntries(entries),
    schema as Plain,
    way,
  )
}

/** What version 3.0 says in words of its own. */
function modern({ nullable, exclusiveMinimum, exclusiveMaximum, ...schema }: Plain): Plain {
  const bounds = {
    ...(exclusiveMinimum === true && { exclusiveMinimum: schema['minimum'] }),
    ...(exclusiveMaximum === true && { exclusiveMaximum: schema['maximum'] }),
  }
  const whole = { ...schema, ...bounds }
  if (nullable !== true) return whole
  const { enum: values, type, ...others } = whole as Plain
  if (type === undefined) return { anyOf: [whole, { type: 'null' }] }
  return {
    ...others,
    type: [type, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  }
}

function oneWay(schema: Plain, written: Plain, way: Way): Plain {
  const keyword = way === 'request' ? 'readOnly' : 'writeOnly'
  const left = Object.entries(plain(written['properties']))
    .filter(([, member]) => plain(member)[keyword] === true)
    .map(([name]) => name)
  if (left.length === 0) return schema
  const { properties, required, ...others } = schema
  const kept = Object.entries(plain(properties)).filter(([name]) => !left.includes(name))
  const names = Array.isArray(required)
    ? (required as unknown[]).filter((name) => !left.includes(String(name)))
    : []
  return { ...others, properties: Object.fromEntries(kept), required: names }
}
