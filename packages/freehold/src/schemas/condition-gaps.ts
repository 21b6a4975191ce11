import { perhaps } from './accepts.js'
import type { Gap } from './gap.js'
import { candidates, objectWith } from './samples.js'
import { textOf, type Schema, type SchemaObject } from './schema.js'
import {
  deepest,
  memberOf,
  requiredOf,
  schemaOf,
  shapesOf,
  type Context,
  type OpenShape,
  type Shape,
} from './shapes.js'

type ShapeGaps = (shape: Shape, schema: Schema, context: Context) => readonly Gap[]

/** What a shape may be, and a schema forbids that says different things of different values. */
export function conditionGaps(
  shape: OpenShape,
  to: SchemaObject,
  context: Context,
  gapsOf: ShapeGaps,
): readonly Gap[] {
  return [
    ...ifGaps(shape, to, context, gapsOf),
    ...(shape.kind === 'object'
      ? [...dependentGaps(shape, to, context, gapsOf), ...companyGaps(shape, to, context)]
      : []),
    ...textGaps(shape, to, context),
  ]
}

function ifGaps(shape: OpenShape, to: SchemaObject, context: Context, gapsOf: ShapeGaps): readonly Gap[] {
  const { if: condition, then = true, else: otherwise = true } = to
  if (condition === undefined) return []
  const same = shape.all.filter((each) => each.if !== undefined && textOf(each.if) === textOf(condition))
  const others = shape.all.filter((each) => !same.includes(each)).flatMap(inAlternatives)
  const where = (holds: Schema, said: readonly Schema[], demand: Schema): readonly Gap[] =>
    demand === true || said.some((each) => textOf(each) === textOf(demand))
      ? []
      : gapsWhere(shape, [holds, ...said, ...others], demand, context, gapsOf)
  return [
    ...where(
      condition,
      same.flatMap((each) => each.then ?? []),
      then,
    ),
    ...where(
      { not: condition },
      same.flatMap((each) => each.else ?? []),
      otherwise,
    ),
  ]
}

/** `if`, `then` and `else` in words that need no case of their own. */
function inAlternatives({ if: condition, then = true, else: otherwise = true }: SchemaObject): Schema[] {
  if (condition === undefined) return []
  return [
    ...(then === true ? [] : [{ anyOf: [{ not: condition }, then] }]),
    ...(otherwise === true ? [] : [{ anyOf: [condition, otherwise] }]),
  ]
}

function dependentGaps(
  shape: OpenShape,
  { dependentSchemas = {} }: SchemaObject,
  context: Context,
  gapsOf: ShapeGaps,
): readonly Gap[] {
  return Object.entries(dependentSchemas).flatMap(([name, demand]) => {
    const said = shape.all.flatMap((each) =>
      each.dependentSchemas && Object.hasOwn(each.dependentSchemas, name)
        ? (each.dependentSchemas[name] ?? [])
        : [],
    )
    if (said.some((each) => textOf(each) === textOf(demand))) return []
    return gapsWhere(shape, [{ required: [name] }, ...said], demand, context, gapsOf)
  })
}

/** Members that have to be there where others are. */
function companyGaps(shape: OpenShape, { dependentRequired = {} }: SchemaObject, context: Context): Gap[] {
  const always = requiredOf(shape)
  return Object.entries(dependentRequired).flatMap(([name, needed]): Gap[] => {
    const said = shape.all.flatMap((each) =>
      each.dependentRequired && Object.hasOwn(each.dependentRequired, name)
        ? (each.dependentRequired[name] ?? [])
        : [],
    )
    if (shapesOf(memberOf(shape, name), context)?.length === 0) return []
    return needed
      .filter((each) => each !== name && !always.includes(each) && !said.includes(each))
      .map((each) => {
        const without = objectWith(shape, {}, context, [name])
        return {
          path: [each],
          reason: `may be absent where ${name} is there`,
          witnesses: without === undefined ? [] : [without],
        }
      })
  })
}

/** What a shape may be where something else holds, too. */
function gapsWhere(
  shape: OpenShape,
  holds: readonly Schema[],
  demand: Schema,
  context: Context,
  gapsOf: ShapeGaps,
): readonly Gap[] {
  const shapes = shapesOf({ allOf: [schemaOf(shape), ...holds] }, context)
  if (shapes === undefined || context.depth > deepest)
    return [{ path: [], reason: 'has too many alternatives to be compared', witnesses: [] }]
  return shapes.flatMap((each) => gapsOf(each, demand, { ...context, depth: context.depth + 1 }))
}

/** What is compared by its text alone. */
function textGaps(shape: OpenShape, to: SchemaObject, context: Context): Gap[] {
  const { $whole, $unclear = {}, unevaluatedProperties } = to
  const unclear = Object.entries($unclear).filter(
    ([keyword, value]) =>
      !shape.all.some((each) => textOf(each.$unclear?.[keyword] ?? null) === textOf(value)),
  )
  const keywords = unclear.map(([keyword]) => keyword)
  if ($whole !== undefined && !shape.all.some((each) => each.$whole === $whole))
    keywords.push(unevaluatedProperties === undefined ? 'unevaluatedItems' : 'unevaluatedProperties')
  if (keywords.length === 0) return []
  const witnesses = candidates(shape, context).filter((value) => perhaps(schemaOf(shape), value, context))
  return keywords.map((keyword) => ({ path: [], reason: `may not be what ${keyword} demands`, witnesses }))
}
