import { isPattern, lists, named, plain, single } from './keywords.js'
import { isRecord, type Schema, type SchemaObject } from './schema.js'
import { evaluated } from './unevaluated.js'

type Written = Readonly<Record<string, unknown>>

/** How references are named. */
export interface Naming {
  /** Which of the two schemas it is. */
  readonly side: string
  /** The name of a definition; nothing where it is not known what is referred to. */
  readonly nameOf: (reference: string) => string | undefined
}

/** What {@link SchemaObject.$choice} is called where schemas are told, heard and read. */
export const choice = '$choice'

/** Keywords that say where a schema is, and nothing of values. */
const structure = [
  ...['$schema', '$id', '$anchor', '$dynamicAnchor', '$recursiveAnchor', '$vocabulary', '$comment', '$defs'],
  ...['$ref', '$dynamicRef', '$recursiveRef'],
]

/**
 * A schema without annotations, in the form of draft 2020-12. What older drafts say in other words is said in these; a
 * keyword whose value makes no sense is set aside, so that nobody takes it for nothing.
 */
export function cleaned(schema: unknown, naming: Naming): Schema {
  if (typeof schema === 'boolean') return schema
  if (!isRecord(schema)) return { $unclear: { schema } }
  const from = modern(schema)
  const to: Record<string, unknown> = {}
  const unclear: Record<string, unknown> = {}
  const clean = (each: unknown): Schema => cleaned(each, naming)
  for (const [key, isRight] of Object.entries(plain))
    if (key in from) (isRight(from[key]) ? to : unclear)[key] = from[key]
  for (const key of lists) {
    const list = from[key]
    if (Array.isArray(list) && list.length > 0) to[key] = list.map(clean)
    else if (key in from) unclear[key] = list
  }
  for (const key of named) {
    const members = from[key]
    if (isRecord(members) && (key !== 'patternProperties' || Object.keys(members).every(isPattern)))
      to[key] = Object.fromEntries(Object.entries(members).map(([name, each]) => [name, clean(each)]))
    else if (key in from) unclear[key] = members
  }
  for (const key of single) if (key in from) to[key] = clean(from[key])
  for (const key of ['$ref', '$dynamicRef', '$recursiveRef']) {
    const reference = from[key]
    if (reference === undefined) continue
    const name =
      typeof reference === 'string' && key !== '$recursiveRef' ? naming.nameOf(reference) : undefined
    if (name !== undefined && !('$ref' in to)) to['$ref'] = `#/$defs/${name}`
    else if (name !== undefined)
      to['allOf'] = [...((to['allOf'] ?? []) as Schema[]), { $ref: `#/$defs/${name}` }]
    // What is elsewhere has its address; what is here, and was not found, may be something else on either side.
    else unclear[key] = isHere(reference) ? [naming.side, reference] : reference
  }
  if (typeof from[choice] === 'string') to[choice] = from[choice]
  for (const key of Object.keys(from))
    if (key.startsWith('$') && key !== choice && !structure.includes(key)) unclear[key] = from[key]
  return evaluated(withoutIdle({ ...to, ...(Object.keys(unclear).length > 0 && { $unclear: unclear }) }))
}

function isHere(reference: unknown): boolean {
  return typeof reference === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(reference)
}

/** What drafts before 2019-09 called otherwise. */
function modern(schema: Written): Written {
  const { items: _, additionalItems: __, dependencies: ___, ...rest } = schema
  return { ...rest, ...elementsOf(schema), ...dependenciesOf(schema) }
}

function elementsOf({ items, additionalItems, prefixItems }: Written): Written {
  if (!Array.isArray(items) || prefixItems !== undefined) return items === undefined ? {} : { items }
  return {
    ...(items.length > 0 && { prefixItems: items as unknown[] }),
    ...(additionalItems !== undefined && { items: additionalItems }),
  }
}

function dependenciesOf({ dependencies, dependentRequired, dependentSchemas }: Written): Written {
  if (dependencies === undefined) return {}
  if (!isRecord(dependencies)) return { dependentSchemas: dependencies }
  const beside = (keyword: unknown, isWanted: (value: unknown) => boolean): unknown => {
    const found = Object.entries(dependencies).filter(([, each]) => isWanted(each))
    return keyword !== undefined && !isRecord(keyword)
      ? keyword
      : { ...Object.fromEntries(found), ...keyword }
  }
  return {
    dependentRequired: beside(dependentRequired, Array.isArray),
    dependentSchemas: beside(dependentSchemas, (each) => !Array.isArray(each)),
  }
}

/** Without what does nothing without something beside it. */
function withoutIdle(schema: SchemaObject): SchemaObject {
  const { then, else: otherwise, minContains, maxContains, ...rest } = schema
  return {
    ...rest,
    ...(rest.if !== undefined && {
      ...(then !== undefined && { then }),
      ...(otherwise !== undefined && { else: otherwise }),
    }),
    ...(rest.contains !== undefined && {
      ...(minContains !== undefined && { minContains }),
      ...(maxContains !== undefined && { maxContains }),
    }),
  }
}
