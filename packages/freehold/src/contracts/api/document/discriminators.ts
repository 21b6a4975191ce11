import type { JsonSchema } from '@freehold/manifest'
import type { ApiDocument } from './document.js'
import { plain, referredTo, type Plain } from './pointer.js'

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

/**
 * What a reference to a schema stands for whose alternatives are its heirs: those that are all of it, and more, and itself.
 *
 * @returns Undefined where a reference stands for what it leads to.
 */
export function alternativesOf({ root }: ApiDocument, reference: string): JsonSchema | undefined {
  const own = plain(referredTo(root, reference))
  const { member, mapping } = discriminatorOf(own)
  if (member === undefined || 'oneOf' in own || 'anyOf' in own) return undefined
  const schemas = Object.entries(plain(plain(root['components'])['schemas']))
  const heirs = new Set([reference])
  // Heirs have heirs.
  for (const heir of heirs)
    for (const [name, schema] of schemas) if (isHeir(schema, heir)) heirs.add(`${home}${name}`)
  const marked = [...heirs].map((heir) => ({
    allOf: [{ $ref: heir }, withMember(member, namesOf(heir, mapping))],
  }))
  return { anyOf: marked }
}

function isHeir(schema: unknown, of: string): boolean {
  const { allOf } = plain(schema)
  return Array.isArray(allOf) && (allOf as unknown[]).some((part) => plain(part)['$ref'] === of)
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
