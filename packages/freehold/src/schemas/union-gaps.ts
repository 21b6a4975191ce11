import type { Gap } from './gap.js'
import { samplesOf } from './samples.js'
import type { Schema } from './schema.js'
import { isDisjoint } from './disjoint.js'
import {
  memberOf,
  requiredOf,
  schemaOf,
  shapesOf,
  type Context,
  type OpenShape,
  type Shape,
} from './shapes.js'

type ShapeGaps = (shape: Shape, schema: Schema, context: Context) => readonly Gap[]

/** What a shape may be, and none of some alternatives allows. */
export function unionGaps(
  shape: Shape,
  choices: readonly Schema[],
  context: Context,
  gapsOf: ShapeGaps,
): readonly Gap[] {
  const possible = choices.filter((choice) => !isDisjoint(shape, choice, context))
  const gaps = possible.map((choice) => gapsOf(shape, choice, context))
  if (gaps.some((each) => each.length === 0)) return []
  const [only] = gaps
  if (gaps.length === 1 && only !== undefined) return only
  const parts = shape.kind === 'object' ? split(shape, possible, context) : undefined
  if (parts !== undefined) return parts.flatMap((part) => unionGaps(part, choices, context, gapsOf))
  const witnesses = [...gaps.flat().flatMap((gap) => gap.witnesses), ...samplesOf(schemaOf(shape), context)]
  return [{ path: [], reason: 'may be what none of the alternatives allows', witnesses }]
}

/** The same objects, by the value of a member that the alternatives tell apart. */
function split(shape: OpenShape, choices: readonly Schema[], context: Context): OpenShape[] | undefined {
  const named = choices.flatMap((choice) =>
    (shapesOf(choice, context) ?? []).flatMap((each) =>
      each.kind === 'object' ? each.all.flatMap(({ properties = {} }) => Object.keys(properties)) : [],
    ),
  )
  for (const name of new Set(named)) {
    const shapes = shapesOf(memberOf(shape, name), context) ?? []
    const values = shapes.flatMap((each) => (each.kind === 'value' ? [each.value] : []))
    if (values.length !== shapes.length || values.length < 2 || values.length > 128) continue
    const having = values.map((value) => ({ properties: { [name]: { const: value } }, required: [name] }))
    const lacking = requiredOf(shape).includes(name) ? [] : [{ properties: { [name]: false } }]
    return [...having, ...lacking].map((also) => ({ ...shape, all: [...shape.all, also] }))
  }
  return undefined
}

/**
 * What a shape may be, and not exactly one of some alternatives allows.
 *
 * @param areApart - Whether no two of them allow the same value of the shape, as is known beforehand.
 */
export function oneOfGaps(
  shape: Shape,
  choices: readonly Schema[],
  areApart: boolean,
  context: Context,
  gapsOf: ShapeGaps,
): readonly Gap[] {
  const none = unionGaps(shape, choices, context, gapsOf)
  if (none.length > 0 || areApart) return none
  const possible = choices.filter((choice) => !isDisjoint(shape, choice, context))
  if (possible.length <= 1) return []
  const witnesses = possible.flatMap((choice) => samplesOf({ allOf: [choice, schemaOf(shape)] }, context))
  return [{ path: [], reason: 'may be what several of the alternatives allow', witnesses }]
}
