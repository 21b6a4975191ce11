import { within, type Gap } from './gap.js'
import { arrayWith, samplesOf } from './samples.js'
import type { Schema, SchemaObject } from './schema.js'
import { elementOf, least, most, together, type Context, type OpenShape } from './shapes.js'

/** Compares two schemas of parts. */
export type Compare = (left: Schema, right: Schema, context: Context) => readonly Gap[]

/** What arrays of a shape may be, and a schema does not allow. */
export function arrayGaps(shape: OpenShape, to: SchemaObject, context: Context, compare: Compare): Gap[] {
  const { minItems = 0, maxItems = Infinity, uniqueItems = false } = to
  const [fewest, greatest] = [most(shape, 'minItems'), longest(shape)]
  const isUnique = shape.all.some((each) => each.uniqueItems === true)
  const gap = (reason: string, ...lengths: number[]): Gap => ({
    path: [],
    reason,
    witnesses: lengths.flatMap((length) => {
      const made = arrayWith(shape, length, {}, context, isUnique)
      return made === undefined ? [] : [made]
    }),
  })
  return [
    ...(fewest < minItems ? [gap(`may have less than ${minItems} elements`, fewest, minItems - 1)] : []),
    ...(greatest > maxItems ? [gap(`may have more than ${maxItems} elements`, maxItems + 1)] : []),
    ...(uniqueItems && !isUnique && greatest > 1
      ? [gap('may have an element twice', Math.max(fewest, 2), Math.max(fewest, 2) + 1)]
      : []),
    ...elementGaps(shape, to, context, compare),
    ...containedGaps(shape, to, context, compare),
  ]
}

/** How many elements are of a kind follows from what the left side says of such elements, or of all. */
function containedGaps(
  shape: OpenShape,
  { contains, minContains = 1, maxContains = Infinity }: SchemaObject,
  context: Context,
  compare: Compare,
): Gap[] {
  if (contains === undefined) return []
  const fewest = most(shape, 'minItems')
  const isWithin = (left: Schema, right: Schema): boolean => compare(left, right, context).length === 0
  const known = shape.all.flatMap((each) =>
    each.contains === undefined ? [] : { ...each, contains: each.contains },
  )
  const isEnough =
    minContains === 0 ||
    known.some((each) => (each.minContains ?? 1) >= minContains && isWithin(each.contains, contains)) ||
    (fewest >= minContains && elementsOf(shape, fewest).every((each) => isWithin(each, contains)))
  const isFewEnough =
    longest(shape) <= maxContains ||
    known.some((each) => (each.maxContains ?? Infinity) <= maxContains && isWithin(contains, each.contains))
  const counts = new Set([fewest, minContains - 1, 1, maxContains + 1])
  const kinds = [elementOf(shape, 0), ...known.map((each) => together([elementOf(shape, 0), each.contains]))]
  const witnesses = [...counts]
    .filter((count) => count >= 0 && count < 64)
    .flatMap((count) =>
      kinds.flatMap((kind) => samplesOf(kind, context).map((value) => Array<unknown>(count).fill(value))),
    )
  const gap = (reason: string): Gap => ({ path: [], reason, witnesses })
  return [
    ...(isEnough ? [] : [gap('may have too few elements of those that contains asks for')]),
    ...(isFewEnough ? [] : [gap('may have too many elements of those that contains counts')]),
  ]
}

function elementsOf(shape: OpenShape, count: number): Schema[] {
  return Array.from({ length: Math.min(count, 64) }, (_, index) => elementOf(shape, index))
}

/** How many elements there are at the most: what no element can be is the end, too. */
function longest(shape: OpenShape): number {
  const listed = Math.max(0, ...shape.all.map(({ prefixItems = [] }) => prefixItems.length))
  const end = Array.from({ length: listed + 1 }).findIndex((_, index) => elementOf(shape, index) === false)
  return Math.min(least(shape, 'maxItems'), end < 0 ? Infinity : end)
}

function elementGaps(shape: OpenShape, to: SchemaObject, context: Context, compare: Compare): Gap[] {
  if (to.items === undefined && to.prefixItems === undefined) return []
  const listed = Math.max(0, ...[to, ...shape.all].map(({ prefixItems = [] }) => prefixItems.length))
  const fewest = most(shape, 'minItems')
  const isUnique = shape.all.some(({ uniqueItems }) => uniqueItems === true)
  const gaps: Gap[] = []
  for (let index = 0; index <= listed && index < longest(shape); index += 1) {
    const wrap = (witness: unknown): unknown =>
      arrayWith(shape, Math.max(fewest, index + 1), { [index]: witness }, context, isUnique)
    for (const gap of compare(elementOf(shape, index), elementOf({ all: [to] }, index), context))
      gaps.push(within(gap, index === listed && listed === 0 ? '[]' : index, wrap))
  }
  return gaps
}
