import type { WrittenSchema } from '../../schemas/index.js'
import { plain, type Plain } from './document.js'

const deepest = 12

/** Members that one schema names and another does not, as paths: `items[].title`. What they may be is not looked at. */
export function goneMembers(from: WrittenSchema, to: WrittenSchema): string[] {
  const there = new Set(membersIn(to))
  const gone = membersIn(from).filter((path) => !there.has(path))
  // Of a member that is gone, its own need no mention.
  return gone.filter(
    (path) => !gone.some((other) => path.startsWith(`${other}.`) || path.startsWith(`${other}[`)),
  )
}

function membersIn({ schema, definitions = {} }: WrittenSchema): string[] {
  const found = new Set<string>()
  const walk = (value: unknown, path: string, seen: readonly unknown[]): void => {
    const object: Plain = plain(value)
    if (seen.length > deepest || seen.includes(value)) return
    const further = [...seen, value]
    if (typeof object['$ref'] === 'string') walk(definitions[object['$ref']], path, further)
    for (const keyword of ['allOf', 'anyOf', 'oneOf'])
      if (Array.isArray(object[keyword]))
        for (const each of object[keyword] as unknown[]) walk(each, path, further)
    for (const [name, member] of Object.entries(plain(object['properties']))) {
      const at = path === '' ? name : `${path}.${name}`
      found.add(at)
      walk(member, at, further)
    }
    if (object['items'] !== undefined) walk(object['items'], `${path}[]`, further)
  }
  walk(schema, '', [])
  return [...found]
}
