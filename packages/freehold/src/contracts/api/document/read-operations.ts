import type { Steps } from '../change.js'
import { resolved, type ApiDocument } from './document.js'
import { canonicalMediaType } from './media-types.js'
import { methods, type Body, type Content, type Header, type Operation, type Response } from './operation.js'
import { parametersOf } from './read-parameters.js'
import { plain, type Plain } from './pointer.js'
import { requirementsOf } from './security.js'

/** The operations of a document, by their methods and paths: without the names of what is in a path, which no client says. */
export function operationsOf(document: ApiDocument): Map<string, Operation> {
  return found(document, document.root['paths'], ['paths'], (method, path) => ({
    key: `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`,
    name: `${method} ${path}`,
  }))
}

/** What a document says it sends to those who have registered for it. */
export function webhooksOf(document: ApiDocument): Map<string, Operation> {
  return found(document, document.root['webhooks'], ['webhooks'], named('webhook'))
}

type Naming = (method: string, path: string) => { readonly key: string; readonly name: string }

function named(kind: string): Naming {
  return (method, path) => ({ key: `${method} ${path}`, name: `${kind} ${method} ${path}` })
}

function found(document: ApiDocument, items: unknown, at: Steps, naming: Naming): Map<string, Operation> {
  const operations = new Map<string, Operation>()
  for (const [path, written] of Object.entries(plain(items))) {
    if (path.startsWith('x-')) continue
    // What stands beside a reference to a path is of it, too.
    const item = { ...resolved(document, written), ...plain(written) }
    const others = plain(item['additionalOperations'])
    const listed = [
      ...methods.flatMap((method) => (method in item ? [[method, item[method], [method]] as const] : [])),
      ...Object.entries(others).map(
        ([method, each]) => [method, each, ['additionalOperations', method]] as const,
      ),
    ]
    for (const [method, operation, steps] of listed) {
      const { key, name } = naming(method.toUpperCase(), path)
      operations.set(
        key,
        operationOf(document, plain(operation), { name, path, item, at: [...at, path, ...steps] }),
      )
    }
  }
  return operations
}

interface Position extends Pick<Operation, 'name' | 'at'> {
  readonly path: string
  readonly item: Plain
}

function operationOf(document: ApiDocument, written: Plain, { name, at, path, item }: Position): Operation {
  const inPath = [...path.matchAll(/\{([^}]*)\}/g)].map(([, each]) => each ?? '')
  const lists = [
    { list: item['parameters'], at: [...at.slice(0, at.lastIndexOf(path) + 1), 'parameters'] },
    { list: written['parameters'], at: [...at, 'parameters'] },
  ]
  return {
    name,
    at,
    parameters: parametersOf(document, lists, inPath),
    body: bodyOf(document, written['requestBody'], [...at, 'requestBody']),
    responses: responsesOf(document, written['responses'], [...at, 'responses']),
    security: requirementsOf(document, written['security'] ?? document.root['security']),
    callbacks: callbacksOf(document, written['callbacks'], [...at, 'callbacks']),
    isDeprecated: written['deprecated'] === true,
  }
}

function callbacksOf(document: ApiDocument, written: unknown, at: Steps): Map<string, Operation> {
  const callbacks = Object.entries(plain(written)).flatMap(([name, each]) => [
    ...found(document, resolved(document, each), [...at, name], named(`callback ${name}`)),
  ])
  // What a callback is called is nothing that is sent. Two may go to the same address.
  const isAlone = (address: string): boolean => callbacks.filter(([key]) => key === address).length === 1
  return new Map(callbacks.map(([key, operation]) => [isAlone(key) ? key : operation.name, operation]))
}

function bodyOf(document: ApiDocument, written: unknown, at: Steps): Body | undefined {
  if (written === undefined) return undefined
  const { required, content } = resolved(document, written)
  return { at, isRequired: required === true, content: contentOf(document, content, [...at, 'content']) }
}

function responsesOf(document: ApiDocument, written: unknown, at: Steps): Map<string, Response> {
  const entries = Object.entries(plain(written)).flatMap(([status, each]): [string, Response][] => {
    if (status.startsWith('x-')) return []
    const { content, headers } = resolved(document, each)
    const here = [...at, status]
    const known = status.toUpperCase() === 'DEFAULT' ? 'default' : status.toUpperCase()
    const response = {
      at: here,
      content: contentOf(document, content, [...here, 'content']),
      headers: headersOf(document, headers, [...here, 'headers']),
    }
    return [[known, response]]
  })
  return new Map(entries)
}

function headersOf(document: ApiDocument, written: unknown, at: Steps): Map<string, Header> {
  const entries = Object.entries(plain(written)).map(([name, each]): [string, Header] => {
    const { required, schema, content } = resolved(document, each)
    const media = [...contentOf(document, content, []).values()][0]
    const header = {
      at: [...at, name],
      isRequired: required === true,
      isText: media === undefined,
      schema: media === undefined ? schema : media.schema,
    }
    return [name.toLowerCase(), header]
  })
  // What the content is, is said by the content.
  return new Map(entries.filter(([name]) => name !== 'content-type'))
}

/** What is there by media type. */
export function contentOf(document: ApiDocument, written: unknown, at: Steps): Content {
  const entries = Object.entries(plain(written)).map(([type, each]) => {
    const { schema, itemSchema, encoding } = resolved(document, each)
    const items = itemSchema === undefined ? true : { type: 'array', items: itemSchema }
    return [
      canonicalMediaType(type),
      { at: [...at, type], schema: schema ?? items, encoding: plain(encoding) },
    ] as const
  })
  return new Map(entries)
}
