import type { JsonSchema } from '@freehold/manifest'
import { schemasIn } from './keywords.js'
import type { WrittenSchema } from './prepare.js'
import { isRecord } from './schema.js'

/** What references of a schema lead to, as they are written. */
export interface References {
  /** Nothing where it leads out of the document, or where that cannot be told. */
  readonly target: (reference: string) => JsonSchema | boolean | undefined
}

/**
 * How references of a schema resolve: by the definitions that are given for it, or else inside of itself, by pointers
 * and anchors. An `$id` inside gives its part a base of its own; nothing is taken to be known then.
 */
export function referencesOf({ schema, definitions }: WrittenSchema): References {
  if (definitions !== undefined)
    return {
      target: (reference) => (Object.hasOwn(definitions, reference) ? definitions[reference] : undefined),
    }
  const anchors = new Map<string, unknown[]>()
  let ids = 0
  const walk = (value: unknown, depth: number): void => {
    if (!isRecord(value) || depth > 64) return
    if (depth > 0 && typeof value['$id'] === 'string') ids += 1
    for (const name of new Set([value['$anchor'], value['$dynamicAnchor']]))
      if (typeof name === 'string') anchors.set(name, [...(anchors.get(name) ?? []), value])
    for (const each of schemasIn(value)) walk(each, depth + 1)
  }
  walk(schema, 0)
  const own =
    isRecord(schema) && typeof schema['$id'] === 'string' ? schema['$id'].replace(/#$/, '') : undefined
  return {
    target(reference) {
      if (ids > 0) return undefined
      const hash = reference.includes('#') ? reference.indexOf('#') : reference.length
      const base = reference.slice(0, hash)
      if (base !== '' && base !== own) return undefined
      const fragment = decoded(reference.slice(hash + 1))
      const found =
        fragment === '' || fragment.startsWith('/')
          ? pointedAt(schema, fragment)
          : only(anchors.get(fragment))
      return typeof found === 'boolean' || isRecord(found) ? found : undefined
    },
  }
}

/** All that a schema refers to, and what that refers to. */
export function referredTo(written: WrittenSchema): ReadonlyMap<string, JsonSchema | boolean> {
  const { target } = referencesOf(written)
  const found = new Map<string, JsonSchema | boolean>()
  const collect = (value: unknown): void => {
    for (const reference of referencesIn(value)) {
      const to = target(reference)
      if (to === undefined || found.has(reference)) continue
      found.set(reference, to)
      collect(to)
    }
  }
  collect(written.schema)
  return found
}

/** The references that are written somewhere in a schema. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    (key === '$ref' || key === '$dynamicRef') && typeof inner === 'string' ? [inner] : referencesIn(inner),
  )
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

function pointedAt(root: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => {
      if (Array.isArray(at)) return (at as unknown[])[Number(part)]
      return isRecord(at) && Object.hasOwn(at, part) ? at[part] : undefined
    }, root)
}

function only(found: readonly unknown[] = []): unknown {
  return found.length === 1 ? found[0] : undefined
}
