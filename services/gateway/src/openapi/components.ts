import { isObject, type ApiDocument, type Json, type JsonObject } from './document.js'
import { referencesIn, withReferences, type ComponentKey } from './references.js'

/** Puts the components of several documents into one namespace. */
export interface Components {
  /**
   * Takes a document's components in.
   *
   * @param owner - Goes before a name that is taken by something else.
   * @param document - Whose components these are.
   * @returns Gives a part of that document with its references mended.
   */
  add(owner: string, document: ApiDocument): <T extends Json>(part: T) => T
  /** All of them, as they belong in the merged document. */
  all(): JsonObject
}

/**
 * Components of one name stay one when they mean the same, with everything that they refer to; otherwise the
 * later one is renamed `<Owner><Name>`.
 */
export function mergedComponents(): Components {
  const meanings = new Map<ComponentKey, string>()
  const sections: Record<string, Record<string, Json>> = {}

  return {
    add(owner, document) {
      const own = componentsOf(document)
      const names = new Map<ComponentKey, string>()
      for (const key of own.keys()) names.set(key, freeName(key, owner, meaningOf(key, own), meanings))
      const mend = <T extends Json>(part: T): T => withReferences(part, (key) => names.get(key))
      for (const [key, content] of own) {
        const [section = ''] = key.split('/', 1)
        const name = names.get(key) ?? key
        meanings.set(`${section}/${name}`, meaningOf(key, own))
        sections[section] = { ...sections[section], [name]: mend(content) }
      }
      return mend
    },
    all: () => sections,
  }
}

function componentsOf(document: ApiDocument): Map<ComponentKey, Json> {
  const found = new Map<ComponentKey, Json>()
  const components = isObject(document.components) ? document.components : {}
  for (const [section, entries] of Object.entries(components)) {
    // Who may ask is the door's to say.
    if (section === 'securitySchemes' || !isObject(entries)) continue
    for (const [name, content] of Object.entries(entries)) found.set(`${section}/${name}`, content)
  }
  return found
}

function freeName(
  key: ComponentKey,
  owner: string,
  meaning: string,
  taken: ReadonlyMap<ComponentKey, string>,
): string {
  const [section = '', name = ''] = key.split('/', 2)
  const candidates = [name, `${owner.charAt(0).toUpperCase()}${owner.slice(1)}${name}`]
  for (let number = 2; ; number += 1) {
    const candidate = candidates.shift() ?? `${owner}${name}${number}`
    const before = taken.get(`${section}/${candidate}`)
    if (before === undefined || before === meaning) return candidate
  }
}

/** The content of a component and of all that it refers to, as a text that can be compared. */
function meaningOf(key: ComponentKey, components: ReadonlyMap<ComponentKey, Json>): string {
  const reached = new Set([key])
  for (const next of reached) {
    const content = components.get(next)
    if (content !== undefined) for (const referred of referencesIn(content)) reached.add(referred)
  }
  return JSON.stringify([...reached].sort().map((name) => [name, sorted(components.get(name) ?? null)]))
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  )
}
