import type { SchemaSnapshot } from './schema-snapshot.js'

/** One thing of a schema that is not as it was. */
export interface SchemaDifference {
  /** `column notes.title`, `index notes_by_author`. */
  readonly object: string
  readonly kind: 'missing' | 'unexpected' | 'changed'
  /** As it was released; absent for what is unexpected. */
  readonly released?: string
  /** As it is now; absent for what is missing. */
  readonly live?: string
}

/** What differs between a schema as it was released and as it is, by the names of objects. */
export function schemaDifferences(released: SchemaSnapshot, live: SchemaSnapshot): SchemaDifference[] {
  const [before, now] = [objectsOf(released), objectsOf(live)]
  return [...new Set([...before.keys(), ...now.keys()])].sort().flatMap((object): SchemaDifference[] => {
    const [was, is] = [before.get(object), now.get(object)]
    if (was === is) return []
    if (is === undefined) return [{ object, kind: 'missing', released: was ?? '' }]
    if (was === undefined) return [{ object, kind: 'unexpected', live: is }]
    return [{ object, kind: 'changed', released: was, live: is }]
  })
}

/** Each object of a schema by its name, with all that is said of it. */
function objectsOf({ tables, types, sequences, functions }: SchemaSnapshot): Map<string, string> {
  const objects = new Map<string, string>()
  const add = (kind: string, name: string, said: object): void =>
    void objects.set(`${kind} ${name}`, JSON.stringify(said))
  for (const { name, columns, constraints = [], indexes = [], triggers = [], ...rest } of tables) {
    add('table', name, rest)
    for (const { name: column, ...said } of columns) add('column', `${name}.${column}`, said)
    for (const { name: constraint, ...said } of constraints) add('constraint', `${name}.${constraint}`, said)
    for (const { name: index, ...said } of indexes) add('index', index, said)
    for (const { name: trigger, ...said } of triggers) add('trigger', `${name}.${trigger}`, said)
  }
  for (const { name, ...said } of types) add('type', name, said)
  for (const { name, ...said } of sequences) add('sequence', name, said)
  for (const { name, ...said } of functions) add('function', name, said)
  return objects
}
