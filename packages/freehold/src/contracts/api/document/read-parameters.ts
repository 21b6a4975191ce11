import type { Steps } from '../change.js'
import { resolved, type ApiDocument } from './document.js'
import { canonicalMediaType } from './media-types.js'
import type { Parameter } from './operation.js'
import { plain, type Plain } from './pointer.js'

/** A list of parameters, and where it is. Those of an operation come after those of its path. */
interface ParameterList {
  readonly list: unknown
  readonly at: Steps
}

/** Headers that are described elsewhere: what is said of them as parameters does not count. */
const described = new Set(['accept', 'content-type', 'authorization'])

/** The parameters of an operation, by where they are and how they are called, the ones in a path by their place. */
export function parametersOf(
  document: ApiDocument,
  lists: readonly ParameterList[],
  inPath: readonly string[],
): Map<string, Parameter> {
  const found = new Map<string, Parameter>()
  for (const { list, at } of lists)
    for (const [index, each] of (Array.isArray(list) ? (list as unknown[]) : []).entries()) {
      const written = resolved(document, each)
      const { in: place, name = '' } = written
      if (typeof place !== 'string' || typeof name !== 'string') continue
      // A client never says the name of what is in the path, and headers are called alike in any case.
      const known = place === 'path' ? inPath.indexOf(name) : place === 'header' ? name.toLowerCase() : name
      if (place === 'header' && described.has(String(known))) continue
      found.set(`${place} ${known}`, {
        name: `${place} parameter ${name}`.trimEnd(),
        at: [...at, index],
        isRequired: place === 'path' || written['required'] === true,
        mayBeEmpty: written['allowEmptyValue'] === true,
        ...valueOf(document, written, place),
      })
    }
  return found
}

function valueOf(
  document: ApiDocument,
  { schema, content, style, explode }: Plain,
  place: string,
): Pick<Parameter, 'style' | 'lists' | 'isText' | 'schema'> {
  const [type, media] = Object.entries(plain(content))[0] ?? []
  if (type !== undefined)
    return {
      style: canonicalMediaType(type),
      lists: undefined,
      isText: false,
      schema: resolved(document, media)['schema'] ?? true,
    }
  const usual = ['query', 'cookie'].includes(place) ? 'form' : 'simple'
  const known = typeof style === 'string' ? style : usual
  const isExploded = typeof explode === 'boolean' ? explode : known === 'form'
  // One value is written the same, whether lists of values would be joined or not.
  const lists = isOneValue(document, schema) ? undefined : isExploded ? 'exploded' : 'joined'
  return { style: known, lists, isText: true, schema: schema ?? true }
}

const ofOneValue = ['string', 'number', 'integer', 'boolean', 'null']

function isOneValue(document: ApiDocument, schema: unknown): boolean {
  const types = [resolved(document, schema)['type']].flat()
  return types.every((type) => ofOneValue.includes(String(type)))
}
