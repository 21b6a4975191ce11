import { plain, resolved, type ApiDocument, type Plain } from './document.js'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const

/** Where an operation is, and what it is. */
export interface Operation {
  /** As it is shown: `GET /notes/{id}`. */
  readonly name: string
  /** The same for paths that differ in the names of their parameters alone. */
  readonly key: string
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly body: Body | undefined
  /** By the status: `200`, `2XX`, `default`. */
  readonly responses: ReadonlyMap<string, Response>
  /** Alternatives: by each, the schemes that it takes with their scopes. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly isDeprecated: boolean
}

/** A parameter, by where it is and how it is called. */
export interface Parameter {
  /** `query limit` */
  readonly name: string
  readonly isRequired: boolean
  /** How a value of it is written: what `style` and `explode` say. */
  readonly style: string
  readonly schema: unknown
}

/** The schemas of something, by the media type. */
export type Content = ReadonlyMap<string, unknown>

/** What a request carries. */
export interface Body {
  readonly isRequired: boolean
  readonly content: Content
}

/** An answer. */
export interface Response {
  readonly content: Content
  readonly headers: ReadonlyMap<string, { readonly isRequired: boolean; readonly schema: unknown }>
}

/** The operations of a document, by their keys. */
export function operationsOf(document: ApiDocument): Map<string, Operation> {
  const found = new Map<string, Operation>()
  for (const [path, written] of Object.entries(plain(document.root['paths']))) {
    const item = resolved(document, written)
    for (const method of methods) {
      if (!(method in item)) continue
      const operation = operationOf(document, path, method, item)
      found.set(operation.key, operation)
    }
  }
  return found
}

function operationOf(document: ApiDocument, path: string, method: string, item: Plain): Operation {
  const written = plain(item[method])
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '')
  return {
    name: `${method.toUpperCase()} ${path}`,
    key: `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`,
    parameters: parametersOf(document, [item['parameters'], written['parameters']], names),
    body: 'requestBody' in written ? bodyOf(document, written['requestBody']) : undefined,
    responses: responsesOf(document, written['responses']),
    security: securityOf(written['security'] ?? document.root['security']),
    isDeprecated: written['deprecated'] === true,
  }
}

function parametersOf(
  document: ApiDocument,
  lists: readonly unknown[],
  inPath: readonly string[],
): Map<string, Parameter> {
  const found = new Map<string, Parameter>()
  for (const each of lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))) {
    const { in: place, name, required, schema, content, style, explode } = resolved(document, each)
    if (typeof place !== 'string' || typeof name !== 'string') continue
    // A client never says the name of what is in the path, and headers are called alike in any case.
    const known =
      place === 'path' ? String(inPath.indexOf(name)) : place === 'header' ? name.toLowerCase() : name
    found.set(`${place} ${known}`, {
      name: `${place} parameter ${name}`,
      isRequired: required === true,
      style: `${styleOf(style, place)} ${(typeof explode === 'boolean' ? explode : styleOf(style, place) === 'form') ? 'exploded' : 'joined'}`,
      schema: schema ?? [...contentOf(content).values()][0],
    })
  }
  return found
}

function styleOf(style: unknown, place: string): string {
  return typeof style === 'string' ? style : ['query', 'cookie'].includes(place) ? 'form' : 'simple'
}

function bodyOf(document: ApiDocument, written: unknown): Body {
  const { required, content } = resolved(document, written)
  return { isRequired: required === true, content: contentOf(content) }
}

function responsesOf(document: ApiDocument, written: unknown): Map<string, Response> {
  const entries = Object.entries(plain(written)).map(([status, each]): [string, Response] => {
    const { content, headers } = resolved(document, each)
    const named = Object.entries(plain(headers)).map(([name, header]) => {
      const { required, schema } = resolved(document, header)
      return [name.toLowerCase(), { isRequired: required === true, schema }] as const
    })
    return [
      status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase(),
      { content: contentOf(content), headers: new Map(named) },
    ]
  })
  return new Map(entries)
}

function contentOf(content: unknown): Content {
  return new Map(
    Object.entries(plain(content)).map(([type, media]) => [
      type.toLowerCase().replaceAll(' ', ''),
      plain(media)['schema'] ?? true,
    ]),
  )
}

function securityOf(written: unknown): Operation['security'] {
  if (!Array.isArray(written) || written.length === 0) return [{}]
  return (written as unknown[]).map((each) => plain(each) as Readonly<Record<string, readonly string[]>>)
}
