import { isRecord, textOf, type WrittenSchema } from '../../schemas/index.js'
import { plain } from './document/pointer.js'

const deepest = 24
/** Schemas that have one another in them speak of ever more places. */
const mostPlaces = 2_000

/** Members that one schema names and another does not, as paths: `items[].title`. What they may be is not looked at. */
export function goneMembers(from: WrittenSchema, to: WrittenSchema): string[] {
  const there = placesIn(to)
  const gone = [...placesIn(from).keys()].filter((path) => isMember(path) && !there.has(path))
  // Of a member that is gone, its own need no mention.
  return gone.filter(
    (path) => !gone.some((other) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`)),
  )
}

/** A value that is taken where nothing is said. */
export interface ChangedDefault {
  /** Empty for the value as a whole. */
  readonly path: string
  readonly old: string
  /** Nothing where there is none any more. */
  readonly now: string | undefined
}

/** The defaults of one schema that are others in another one. */
export function changedDefaults(from: WrittenSchema, to: WrittenSchema): ChangedDefault[] {
  const there = placesIn(to)
  return [...placesIn(from)].flatMap(([path, { defaults }]): ChangedDefault[] => {
    const [old] = defaults
    const place = there.get(path)
    if (old === undefined || place === undefined || place.defaults.includes(old)) return []
    return [{ path, old, now: place.defaults[0] }]
  })
}

interface Place {
  /** As JSON texts. */
  readonly defaults: string[]
}

function isMember(path: string): boolean {
  return path !== '' && !path.endsWith(']')
}

/** The places that a schema speaks of, however it comes to. */
function placesIn({ schema, definitions = {} }: WrittenSchema): Map<string, Place> {
  const found = new Map<string, Place>()
  const walk = (value: unknown, path: string, seen: readonly unknown[]): void => {
    const object = plain(value)
    if (seen.length > deepest || seen.includes(value) || found.size > mostPlaces) return
    const further = [...seen, value]
    const place = found.get(path) ?? { defaults: [] }
    found.set(path, place)
    if ('default' in object) place.defaults.push(textOf(object['default']))
    if (typeof object['$ref'] === 'string') walk(definitions[object['$ref']], path, further)
    for (const keyword of ['allOf', 'anyOf', 'oneOf'])
      if (Array.isArray(object[keyword]))
        for (const each of object[keyword] as unknown[]) walk(each, path, further)
    const member = (name: string): string => (path === '' ? name : `${path}.${name}`)
    for (const [name, each] of Object.entries(plain(object['properties']))) walk(each, member(name), further)
    for (const each of Object.values(plain(object['patternProperties']))) walk(each, member('*'), further)
    const { additionalProperties, prefixItems, items } = object
    if (isRecord(additionalProperties)) walk(additionalProperties, member('*'), further)
    const listed: readonly unknown[] = Array.isArray(prefixItems) ? prefixItems : []
    for (const [index, each] of listed.entries()) walk(each, `${path}[${index}]`, further)
    if (items !== undefined) walk(items, `${path}[${prefixItems ? listed.length : ''}]`, further)
  }
  walk(schema, '', [])
  return found
}
