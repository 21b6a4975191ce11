import type { JsonSchema } from '@freehold/manifest'
import { isOfSameValue, withParts, type WrittenSchema } from '../../../schemas/index.js'
import { discriminated, tellsApart } from './discriminators.js'
import { resolved, type ApiDocument } from './document.js'
import { plain, pointed, type Plain } from './pointer.js'

/** Which way a schema goes: members that are only read are no part of a request, and the other way round. */
export type Way = 'request' | 'response'

type Written = JsonSchema | boolean

/** A schema of the document as JSON Schema says it, with all that it may refer to. */
export function schemaIn(document: ApiDocument, schema: unknown, way: Way): Required<WrittenSchema> {
  const definitions: Record<string, Written> = {}
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
      definitions[inner] = tellsApart(document, inner, asJsonSchema(target, { document, way, left: [] }))
      collect(target)
    }
  }
  collect(schema)
  return { schema: asJsonSchema(schema ?? true, { document, way, left: [] }), definitions }
}

interface Reading {
  readonly document: ApiDocument
  readonly way: Way
  /** Members that are no part of what goes this way, as what stands around it says. */
  readonly left: readonly string[]
}

function asJsonSchema(schema: unknown, reading: Reading): Written {
  if (typeof schema !== 'object' || schema === null) return schema !== false
  const written = plain(schema)
  const { document } = reading
  // In 3.0 whatever stands beside a reference is passed over.
  if (document.is30 && typeof written['$ref'] === 'string') return { $ref: written['$ref'] }
  const left = [...reading.left, ...leftOut(written, reading)]
  const parts = withParts(written, (part, keyword) =>
    asJsonSchema(part, { ...reading, left: isOfSameValue(keyword) ? left : [] }),
  )
  const whole = discriminated(oneWay(parts, written, left, reading))
  return document.is30 ? modern(whole) : whole
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

const deepest = 8

/** Members that do not go this way: those of a schema, and of what is said of the same value beside it. */
function leftOut(schema: Plain, { document, way }: Reading, depth = 0): string[] {
  const keyword = way === 'request' ? 'readOnly' : 'writeOnly'
  const own = Object.entries(plain(schema['properties']))
    .filter(([, member]) => resolved(document, member)[keyword] === true || plain(member)[keyword] === true)
    .map(([name]) => name)
  if (depth === deepest) return own
  const { allOf } = schema
  const beside = Array.isArray(allOf) ? (allOf as unknown[]) : []
  return [
    ...own,
    ...beside.flatMap((each) => leftOut(resolved(document, each), { document, way, left: [] }, depth + 1)),
  ]
}

function oneWay(schema: Plain, written: Plain, left: readonly string[], { document, way }: Reading): Plain {
  if (left.length === 0) return schema
  const { properties, required, ...others } = schema
  const own = new Set(leftOut({ properties: written['properties'] }, { document, way, left }))
  const kept = Object.entries(plain(properties)).filter(([name]) => !own.has(name))
  return {
    ...others,
    ...(properties !== undefined && { properties: Object.fromEntries(kept) }),
    ...(Array.isArray(required) && {
      required: (required as unknown[]).filter((name) => !left.includes(String(name))),
    }),
  }
}
