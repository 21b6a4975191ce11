import type { JsonSchema } from '@freehold/manifest'
import type { ApiDocument } from './document.js'
import { plain, type Plain } from './pointer.js'

const home = '#/components/schemas/'

/**
 * A schema whose alternatives each have the value of the member that tells them apart, as `discriminator` has it: the names
 * that are mapped to it, or else its own. JSON Schema does not know the keyword.
 */
export function discriminated(schema: Plain): Plain {
  const { member, mapping } = discriminatorOf(schema)
  if (member === undefined) return schema
  const marked = (alternative: unknown): unknown => {
    const { $ref } = plain(alternative)
    if (typeof $ref !== 'string') return alternative
    return { allOf: [alternative, withMember(member, namesOf($ref, mapping))] }
  }
  const choices = ['oneOf', 'anyOf'].filter((keyword) => Array.isArray(schema[keyword]))
  return {
    ...schema,
    ...Object.fromEntries(choices.map((keyword) => [keyword, (schema[keyword] as unknown[]).map(marked)])),
  }
}

/** The same for a schema without alternatives: those are the schemas that are all of it, and more. */
export function tellsApart(
  { root }: ApiDocument,
  reference: string,
  schema: JsonSchema | boolean,
): JsonSchema | boolean {
  const { member, mapping } = discriminatorOf(plain(schema))
  const { allOf = [], ...own } = plain(schema)
  if (member === undefined || 'oneOf' in own || 'anyOf' in own) return schema
  const heirs = Object.entries(plain(plain(root['components'])['schemas'])).flatMap(([name, each]) => {
    const { allOf: parts } = plain(each)
    const isHeir =
      Array.isArray(parts) && (parts as unknown[]).some((part) => plain(part)['$ref'] === reference)
    return isHeir ? namesOf(`${home}${name}`, mapping) : []
  })
  const names = new Set([...Object.keys(mapping), ...heirs, ...namesOf(reference, mapping)])
  return { ...own, allOf: [...(allOf as unknown[]), withMember(member, [...names])] }
}

interface Discriminator {
  readonly member: string | undefined
  /** References to schemas, or their names, by the value of the member. */
  readonly mapping: Plain
}

function discriminatorOf(schema: Plain): Discriminator {
  const { propertyName, mapping } = plain(schema['discriminator'])
  return { member: typeof propertyName === 'string' ? propertyName : undefined, mapping: plain(mapping) }
}

function namesOf(reference: string, mapping: Plain): string[] {
  const mapped = Object.entries(mapping).filter(
    ([, to]) => to === reference || `${home}${String(to)}` === reference,
  )
  return mapped.length > 0 ? mapped.map(([name]) => name) : [reference.slice(reference.lastIndexOf('/') + 1)]
}

function withMember(member: string, names: readonly string[]): JsonSchema {
  return { properties: { [member]: { enum: names.toSorted() } }, required: [member] }
}
