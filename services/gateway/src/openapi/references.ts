import { isObject, type Json, type JsonObject } from './document.js'

/** A component of a document: `schemas/Note`. */
export type ComponentKey = string

const reference = /^#\/components\/([^/]+)\/([^/]+)(.*)$/

/** The components that a value refers to. */
export function referencesIn(value: Json): Set<ComponentKey> {
  const found = new Set<ComponentKey>()
  visit(value, (text) => {
    const match = reference.exec(text)
    if (match?.[1] !== undefined && match[2] !== undefined) found.add(`${match[1]}/${unescape(match[2])}`)
    return text
  })
  return found
}

/**
 * The same value with its references pointing to other names.
 *
 * @param value - Any part of a document.
 * @param rename - The new name of a component, or undefined to leave it.
 */
export function withReferences<T extends Json>(
  value: T,
  rename: (key: ComponentKey) => string | undefined,
): T {
  return visit(value, (text) => {
    const match = reference.exec(text)
    if (match?.[1] === undefined || match[2] === undefined) return text
    const name = rename(`${match[1]}/${unescape(match[2])}`)
    return name === undefined ? text : `#/components/${match[1]}/${name}${match[3] ?? ''}`
  }) as T
}

/** Goes through everything that can hold a reference: `$ref`, and the mapping of a discriminator. */
function visit(value: Json, see: (text: string) => string): Json {
  if (Array.isArray(value)) return value.map((item: Json) => visit(item, see))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === '$ref' && typeof inner === 'string') return [key, see(inner)]
      if (key === 'mapping' && isObject(inner)) return [key, mappingWith(inner, see)]
      return [key, visit(inner, see)]
    }),
  )
}

function mappingWith(mapping: JsonObject, see: (text: string) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, inner]) => [
      key,
      typeof inner === 'string' ? see(inner) : visit(inner, see),
    ]),
  )
}

/** A token of a JSON pointer in a URI fragment (RFC 6901). */
function unescape(token: string): string {
  return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~')
}
