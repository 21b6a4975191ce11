import type { JsonSchema } from '@freehold/manifest'
import { isOfSameValue, withParts, type WrittenSchema } from '../../../schemas/index.js'
import { alternativesOf, discriminated } from './discriminators.js'
import { resolved, type ApiDocument } from './document.js'
import { plain, referredTo, type Plain } from './pointer.js'

/** Which way a schema goes: members that are only read are no part of a request, and the other way round. */
export type Way = 'request' | 'response'

type Written = JsonSchema | boolean

/** A schema of the document as JSON Schema says it, with all that it may refer to. */
export function schemaIn(document: ApiDocument, schema: unknown, way: Way): Required<WrittenSchema> {
  const definitions: Record<string, Written> = {}
  const reading: Reading = { document, way, left: [], inlined: [] }
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if ((key !== '$ref' && key !== '$dynamicRef') || typeof inner !== 'string' || inner in definitions) {
        collect(inner)
        continue
      }
      const target = inner.endsWith(orHeir)
        ? alternativesOf(document, inner.slice(0, -orHeir.length))
        : referredTo(document.root, inner)
      if (target === undefined) continue
      definitions[inner] = true
      const found = asJsonSchema(target, { ...reading, inlined: [inner] })
      definitions[inner] = found
      collect(found)
    }
  }
  const whole = asJsonSchema(schema ?? true, reading)
  collect(whole)
  return { schema: whole, definitions }
}

/** Marks a reference to a schema, or to one of its heirs. */
const orHeir = ' or heir'

interface Reading {
  readonly document: ApiDocument
  readonly way: Way
  /** Members that are no part of what goes this way, as what stands around it says. */
  readonly left: readonly string[]
  /** References that stand for the same value, and were followed to get here. */
  readonly inlined: readonly string[]
}

function asJsonSchema(schema: unknown, reading: Reading): Written {
  if (typeof schema !== 'object' || schema === null) return schema !== false
  const written = plain(schema)
  const { document } = reading
  const { $ref, ...beside } = written
  if (typeof $ref === 'string') {
    // In 3.0 whatever stands beside a reference is passed over.
    if (document.is30 || Object.keys(beside).every(isSaid))
      return alternativesOf(document, $ref) === undefined ? { $ref } : { $ref: `${$ref}${orHeir}` }
    return asJsonSchema({ ...beside, allOf: [...listOf(beside['allOf']), { $ref }] }, reading)
  }
  const left = [...reading.left, ...leftOut(written, reading)]
  const parts = withParts(discriminated(written), (part, keyword) => {
    const isSame = isOfSameValue(keyword)
    const inside = { ...reading, left: isSame ? left : [], inlined: isSame ? reading.inlined : [] }
    return keyword === 'allOf' ? inlinedPart(part, inside) : asJsonSchema(part, inside)
  })
  const whole = sized(oneWay(parts, written, left, reading))
  return document.is30 ? modern(whole) : whole
}

/** What is part of a whole is taken into it: which members an object has is known where all that speaks of it is. */
function inlinedPart(part: Written, reading: Reading): Written {
  const { $ref, ...beside } = plain(part)
  if (typeof $ref !== 'string' || reading.inlined.includes($ref)) return asJsonSchema(part, reading)
  const target = referredTo(reading.document.root, $ref)
  if (target === undefined) return { $ref }
  const inside = { ...reading, inlined: [...reading.inlined, $ref] }
  const found = asJsonSchema(target, inside)
  if (reading.document.is30 || Object.keys(beside).every(isSaid)) return found
  return { allOf: [found, asJsonSchema(beside, inside)] }
}

/** What stands beside a reference for people. */
function isSaid(keyword: string): boolean {
  return ['description', 'summary', 'title', 'deprecated', 'example', 'examples', 'default'].includes(keyword)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

const sizes: Readonly<Record<string, readonly [minimum: number, maximum: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  float: [-3.4028235e38, 3.4028235e38],
}

/** Formats of numbers are bounds. What has 64 bits takes every number that JSON is read as. */
function sized({ format, ...schema }: Plain): Plain {
  const [low, high] = (typeof format === 'string' && sizes[format]) || []
  if (low === undefined || high === undefined) return { ...schema, ...(format !== undefined && { format }) }
  const { minimum = low, maximum = high } = schema
  return { ...schema, minimum: Math.max(Number(minimum), low), maximum: Math.min(Number(maximum), high) }
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
function leftOut(schema: Plain, { document, way }: Pick<Reading, 'document' | 'way'>, depth = 0): string[] {
  const keyword = way === 'request' ? 'readOnly' : 'writeOnly'
  const own = Object.entries(plain(schema['properties']))
    .filter(([, member]) => resolved(document, member)[keyword] === true || plain(member)[keyword] === true)
    .map(([name]) => name)
  if (depth === deepest) return own
  const { allOf } = schema
  const beside = Array.isArray(allOf) ? (allOf as unknown[]) : []
  return [
    ...own,
    ...beside.flatMap((each) => leftOut(resolved(document, each), { document, way }, depth + 1)),
  ]
}

function oneWay(schema: Plain, written: Plain, left: readonly string[], { document, way }: Reading): Plain {
  if (left.length === 0) return schema
  const { properties, required, ...others } = schema
  const own = new Set(leftOut({ properties: written['properties'] }, { document, way }))
  const kept = Object.entries(plain(properties)).filter(([name]) => !own.has(name))
  return {
    ...others,
    ...(properties !== undefined && { properties: Object.fromEntries(kept) }),
    ...(Array.isArray(required) && {
      required: (required as unknown[]).filter((name) => !left.includes(String(name))),
    }),
  }
}
