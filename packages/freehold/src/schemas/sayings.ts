import { lists, named, plain, single } from './keywords.js'
import { isRecord, textOf } from './schema.js'

/** What is said of values without saying which are valid, by place and keyword: each of the texts once. */
export type Sayings = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>

/** Keywords about the content of a text. They are compared together: how it is read, and as what. */
export const contentKeywords = ['contentEncoding', 'contentMediaType', 'contentSchema']

/** Keywords that are for people, or for programs that know of them without being told. */
const silent = ['title', 'description', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'definitions']
const compared = [...Object.keys(plain), ...single, ...lists, ...named, 'additionalItems', 'dependencies']

/**
 * Collects what a schema says beside which values are valid: of contents, defaults, and by keywords that JSON Schema does
 * not have. The draft is among them, since it says how all others are read.
 */
export function sayingsOf(schema: unknown): Sayings {
  const found = new Map<string, Map<string, Set<string>>>()
  const say = (path: string, keyword: string, value: unknown): void => {
    const here = found.get(path) ?? new Map<string, Set<string>>()
    found.set(path, here.set(keyword, (here.get(keyword) ?? new Set()).add(textOf(value))))
  }
  const walk = (value: unknown, path: string, depth: number): void => {
    if (!isRecord(value) || depth > 64) return
    if (!found.has(path)) found.set(path, new Map())
    const content = Object.fromEntries(
      contentKeywords.filter((key) => key in value).map((key) => [key, value[key]]),
    )
    if (Object.keys(content).length > 0) say(path, 'content', content)
    for (const [key, each] of Object.entries(value)) if (isSaying(key)) say(path, key, each)
    for (const [inner, at] of placesIn(value, path)) walk(inner, at, depth + 1)
  }
  walk(schema, '', 0)
  return found
}

function isSaying(keyword: string): boolean {
  const isKnown = [...compared, ...silent, ...contentKeywords].includes(keyword)
  return keyword === '$schema' || (!isKnown && !keyword.startsWith('$'))
}

type Place = readonly [schema: unknown, path: string]

/** The schemas in a schema, and of which place of the value they speak. */
function placesIn(schema: Readonly<Record<string, unknown>>, path: string): Place[] {
  const member = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const each = (keys: readonly string[], at: string): Place[] => keys.map((key) => [schema[key], at])
  const byName = (key: string, at: (name: string) => string): Place[] => {
    const members = schema[key]
    return isRecord(members) ? Object.entries(members).map(([name, inner]) => [inner, at(name)]) : []
  }
  const listed = (key: string, at: (index: number) => string): Place[] => {
    const list = schema[key]
    return Array.isArray(list) ? list.map((inner, index) => [inner, at(index)]) : []
  }
  return [
    ...each(['if', 'then', 'else'], path),
    ...['allOf', 'anyOf', 'oneOf'].flatMap((key) => listed(key, () => path)),
    ...byName('dependentSchemas', () => path),
    ...byName('properties', member),
    ...byName('patternProperties', () => member('*')),
    ...each(['additionalProperties', 'unevaluatedProperties'], member('*')),
    ...['prefixItems', 'items'].flatMap((key) => listed(key, (index) => `${path}[${index}]`)),
    ...each(['items', 'additionalItems', 'unevaluatedItems', 'contains'], `${path}[]`),
  ]
}
