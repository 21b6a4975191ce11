import { isRecord } from '../../../schemas/index.js'
import { methods } from './operation.js'
import { plain, referredTo, type Plain } from './pointer.js'

const sections = ['paths', 'webhooks', 'components']

/** What makes a document one that cannot be seen whole: the first of each kind, each as a clause. */
export function faultsOf(root: Plain): string[] {
  if (!sections.some((section) => section in root))
    return ['it has neither paths nor webhooks nor components']
  const misshapen = [
    ...sections.flatMap((section) => notAnObject(root[section], section)),
    ...itemFaults(root),
  ]
  return misshapen.length > 0 ? misshapen : referenceFaults(root)
}

function notAnObject(value: unknown, name: string): string[] {
  return value === undefined || isRecord(value) ? [] : [`${name} is no object`]
}

function itemFaults({ paths, webhooks }: Plain): string[] {
  return [...Object.entries(plain(paths)), ...Object.entries(plain(webhooks))].flatMap(([path, item]) => {
    if (path.startsWith('x-')) return []
    if (!isRecord(item)) return [`${path} is no object`]
    return Object.entries(plain(item)).flatMap(([key, operation]) =>
      (methods as readonly string[]).includes(key)
        ? operationFaults(`${key.toUpperCase()} ${path}`, operation)
        : [],
    )
  })
}

function operationFaults(name: string, operation: unknown): string[] {
  if (!isRecord(operation)) return [`${name} is no object`]
  const { parameters, responses, requestBody } = plain(operation)
  return [
    ...(parameters === undefined || Array.isArray(parameters)
      ? []
      : [`the parameters of ${name} are no list`]),
    ...notAnObject(responses, `what ${name} answers`),
    ...notAnObject(requestBody, `the body of ${name}`),
  ]
}

/** Keywords whose value is data: what looks like a reference there is none. */
const data = new Set(['example', 'examples', 'default', 'const', 'enum', 'value', 'dataValue'])
/** What has names of its own as keys, which may be called as any keyword is. */
const maps = new Set([
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions', 'schemas', 'responses'],
  ...[
    'parameters',
    'requestBodies',
    'headers',
    'securitySchemes',
    'callbacks',
    'paths',
    'webhooks',
    'pathItems',
  ],
  ...['content', 'encoding', 'links', 'mediaTypes', 'additionalOperations'],
])

function referenceFaults(root: Plain): string[] {
  const found: string[] = []
  const references = new Map<string, string>()
  const walk = (value: unknown, path: string, isMap: boolean): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) {
      for (const [index, each] of value.entries()) walk(each, `${path}/${index}`, false)
      return
    }
    const { $ref, $dynamicRef } = plain(value)
    for (const reference of isMap ? [] : [$ref, $dynamicRef])
      if (typeof reference === 'string' && !references.has(reference)) references.set(reference, path)
    for (const [key, each] of Object.entries(value)) {
      if (!isMap && (data.has(key) || key.startsWith('x-'))) continue
      walk(each, `${path}/${escaped(key)}`, !isMap && maps.has(key))
    }
  }
  walk(root, '#', false)
  for (const [reference, path] of references) {
    if (referredTo(root, reference) !== undefined) continue
    const isElsewhere = !reference.startsWith('#') && !reference.startsWith('/')
    found.push(
      `${path} refers to ${reference}, which ${isElsewhere ? 'is another document' : 'it does not have'}`,
    )
  }
  return found
}

/** A step of a pointer (RFC 6901). */
function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}
