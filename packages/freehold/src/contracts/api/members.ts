import { textOf, type WrittenSchema } from '../../schemas/index.js'
import { plain } from './document/pointer.js'

const deepest = 12

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
  return [...placesIn(from)].flatMap(
    ([
      path,
      {
        defaults: [old],
      },
    ]): ChangedDefault[] => {
      const place = there.get(path)
      if (old === undefined || place === undefined || place.defaults.includes(old)) return []
      return [{ path, old, now: place.defaults[0] }]
    },
  )
}

interface Place {
  /** As JSON texts. */
  readonly defaults: string[]
}

function isMember(path: string): boolean {
  return path !== '' && !path.endsWith('[]')
}

/** The places that a schema speaks of, however it comes to. */
function placesIn({ schema, definitions = {} }: WrittenSchema): Map<string, Place> {
  const found = new Map<string, Place>()
  const walk = (value: unknown, path: string, seen: readonly unknown[]): void => {
    const object = plain(value)
    if (seen.length > deepest || seen.includes(value)) return
    const further = [...seen, value]
    const place = found.get(path) ?? { defaults: [] }
    found.set(path, place)
    if ('default' in object) place.defaults.push(textOf(object['default']))
    if (typeof object['$ref'] === 'string') walk(definitions[object['$ref']], path, further)
    for (const keyword of ['allOf', 'anyOf', 'oneOf'])
      if (Array.isArray(object[keyword]))
        for (const each of object[keyword] as unknown[]) walk(each, path, further)
    for (const [name, member] of Object.entries(plain(object['properties'])))
      walk(member, path === '' ? name : `${path}.${name}`, further)
    if (object['items'] !== undefined) walk(object['items'], `${path}[]`, further)
  }
  walk(schema, '', [])
  return found
}
