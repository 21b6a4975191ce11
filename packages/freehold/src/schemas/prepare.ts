import type { JsonSchema } from '@freehold/manifest'
import { cleaned, type Naming } from './cleaned.js'
import { inPlace } from './in-place.js'
import { referencesIn, referencesOf, referredTo } from './references.js'
import { textOf, type Schema } from './schema.js'

/** A schema as it is written, with what its references may name. */
export interface WrittenSchema {
  readonly schema: JsonSchema | boolean
  /** By the reference as it is written: `#/components/schemas/Note`. Without any, references lead into the schema itself. */
  readonly definitions?: Readonly<Record<string, JsonSchema | boolean>>
}

/** Two schemas that are ready to be compared. */
export interface Prepared {
  readonly left: Schema
  readonly right: Schema
  /** What all references of both name, by the name after `#/$defs/`. */
  readonly definitions: Readonly<Record<string, Schema>>
}

/**
 * Takes annotations out, and gives the definitions of both sides names that do not collide. Definitions that are the
 * same on both sides, with all that they refer to, get one name, so that they are seen to be the same.
 */
export function prepare(left: WrittenSchema, right: WrittenSchema): Prepared {
  const shared = sharedReferences(referredTo(left), referredTo(right))
  const a = prepareSide(left, 'left', shared)
  const b = prepareSide(right, 'right', shared)
  return { left: a.schema, right: b.schema, definitions: { ...a.definitions, ...b.definitions } }
}

type Targets = ReadonlyMap<string, JsonSchema | boolean>

/** What is the same on both sides, and refers to nothing that is not. */
function sharedReferences(left: Targets, right: Targets): Set<string> {
  const shared = new Set(
    [...left.keys()].filter((name) => textOf(left.get(name)) === textOf(right.get(name))),
  )
  for (;;) {
    const broken = [...shared].filter((name) => referencesIn(left.get(name)).some((to) => !shared.has(to)))
    if (broken.length === 0) return shared
    for (const name of broken) shared.delete(name)
  }
}

function prepareSide(
  written: WrittenSchema,
  side: string,
  shared: ReadonlySet<string>,
): { schema: Schema; definitions: Record<string, Schema> } {
  const { target } = referencesOf(written)
  const definitions: Record<string, Schema> = {}
  const naming: Naming = {
    side,
    nameOf(reference) {
      const source = target(reference)
      if (source === undefined) return undefined
      const prefix = shared.has(reference) ? 'both' : side
      // A pointer escapes some characters, and none of these.
      const name = `${prefix}_${reference.replaceAll(/[^A-Za-z0-9]/g, (character) => `_${character.codePointAt(0)}_`)}`
      if (!(name in definitions)) {
        definitions[name] = true
        definitions[name] = cleaned(source, naming)
      }
      return name
    },
  }
  const schema = cleaned(written.schema, naming)
  for (const name of circular(definitions)) definitions[name] = { $unclear: { $ref: [side, name] } }
  return { schema, definitions }
}

/** Definitions that say of a value that it is what they themselves say of it: nobody can ask them. */
function circular(definitions: Readonly<Record<string, Schema>>): string[] {
  const next = (name: string): string[] =>
    [...inPlace(definitions[name] ?? true)].flatMap(({ $ref }) => $ref?.slice('#/$defs/'.length) ?? [])
  return Object.keys(definitions).filter((name) => {
    const seen = new Set<string>()
    const open = next(name)
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      if (each === name) return true
      if (!seen.has(each)) open.push(...next(each))
      seen.add(each)
    }
    return false
  })
}
