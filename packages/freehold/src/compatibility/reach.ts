import { isGuard, type Catalog, type Relation } from './catalog.js'

/** What a difference between two schemas may be felt by. */
export interface Reach {
  /** `schema.name` of tables in which a write may come to something else. */
  readonly tables: ReadonlySet<string>
  /** Of those, the ones whose triggers or rules are why. */
  readonly sets: ReadonlySet<string>
  /** Names of functions, without their schema. */
  readonly functions: ReadonlySet<string>
}

/**
 * Follows differences to whoever may feel them: a function that names something that differs, or makes up SQL as it runs;
 * a table whose triggers, rules or cascades lead there; and so on from those. Freehold's own functions are the same on both
 * sides, and say in a trigger's arguments which tables they are about.
 *
 * @param differing - `schema.name` of the tables that differ.
 */
export function reached(from: Catalog, to: Catalog, differing: ReadonlySet<string>): Reach {
  const key = ({ name, definition }: Catalog['functions'][number]): string => `${name} ${definition}`
  const [before, after] = [new Set(from.functions.map(key)), new Set(to.functions.map(key))]
  const all = [...from.functions, ...to.functions]
  const other = all.filter((each) => !before.has(key(each)) || !after.has(key(each)))
  const relations = [...from.relations, ...to.relations]
  const [tables, sets, functions] = [new Set(differing), new Set<string>(), new Set(other.map(bare))]
  if (tables.size + functions.size === 0) return { tables, sets, functions }
  const names = (): RegExp =>
    new RegExp(
      `\\b(?:${[...[...tables].map((name) => name.replace(/^.*\./, '')), ...functions].join('|')})\\b`,
    )
  for (let size = -1; size < tables.size + functions.size;) {
    size = tables.size + functions.size
    const named = names()
    for (const each of all)
      if (!isOfFreehold(each.name) && leadsTo(each.body, named)) functions.add(bare(each))
    for (const relation of relations) {
      const { schema, name } = relation
      const isSet = startsOf(relation).some(({ text, isOurs }) =>
        isOurs ? named.test(text) : leadsTo(text, named),
      )
      if (isSet) sets.add(`${schema}.${name}`)
      if (isSet || cascadesInto(relation, relations, tables)) tables.add(`${schema}.${name}`)
    }
  }
  return { tables, sets, functions }
}

const bare = ({ name }: { readonly name: string }): string => name.replace(/^.*\./, '')
const isOfFreehold = (name: string): boolean => name.startsWith('freehold.')

function leadsTo(body: string, named: RegExp): boolean {
  return named.test(body) || /\bexecute\b/i.test(body)
}

/** What a write sets off: the text of each trigger and rule, and whether it is Freehold's. */
function startsOf({ triggers, rules }: Relation): { readonly text: string; readonly isOurs: boolean }[] {
  return [
    ...triggers.map((trigger) =>
      isGuard(trigger)
        ? { text: trigger.definition.replace(/^.* EXECUTE FUNCTION freehold\./, ''), isOurs: true }
        : { text: trigger.body, isOurs: false },
    ),
    ...rules.map((text) => ({ text, isOurs: false })),
  ]
}

function cascadesInto(relation: Relation, all: readonly Relation[], tables: ReadonlySet<string>): boolean {
  return all.some(
    (each) =>
      tables.has(`${each.schema}.${each.name}`) &&
      each.constraints.some(
        ({ refers, definition }) =>
          refers?.name === relation.name &&
          refers.schema === relation.schema &&
          / ON (?:DELETE|UPDATE) /.test(definition),
      ),
  )
}
