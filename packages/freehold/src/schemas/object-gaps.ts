import type { Compare } from './array-gaps.js'
import { surely } from './accepts.js'
import { mostWitnesses, originOf, within, type Gap } from './gap.js'
import { objectWith } from './samples.js'
import type { Schema, SchemaObject } from './schema.js'
import {
  least,
  memberOf,
  most,
  requiredOf,
  shapesOf,
  together,
  type Context,
  type OpenShape,
} from './shapes.js'

/** What is said of a member that one schema asks for and another does not. */
export const absent = 'may be absent'

/** What objects of a shape may be, and a schema does not allow. */
export function objectGaps(shape: OpenShape, to: SchemaObject, context: Context, compare: Compare): Gap[] {
  return [
    ...absentGaps(shape, to, context),
    ...countGaps(shape, to, context),
    ...namedGaps(shape, to, context, compare),
    ...unnamedGaps(shape, to, context, compare),
    ...nameGaps(shape, to, context, compare),
  ]
}

function absentGaps(shape: OpenShape, { required = [] }: SchemaObject, context: Context): Gap[] {
  const always = requiredOf(shape)
  return required
    .filter((name) => !always.includes(name))
    .map((name) => {
      const without = objectWith(shape, {}, context)
      return { path: [name], reason: absent, witnesses: without === undefined ? [] : [without] }
    })
}

function countGaps(shape: OpenShape, to: SchemaObject, context: Context): Gap[] {
  const { minProperties: fewest = 0, maxProperties: greatest = Infinity } = to
  const always = Math.max(most(shape, 'minProperties'), requiredOf(shape).length)
  const ever = Math.min(least(shape, 'maxProperties'), ...shape.all.map(closedTo))
  const some = (...names: string[]): object[] => {
    const made = objectWith(shape, {}, context, names)
    return made === undefined ? [] : [made]
  }
  const more = Array.from({ length: Math.min(greatest + 1, 64) }, (_, index) => `member${index}`)
  return [
    ...(always < fewest
      ? [{ path: [], reason: `may have less than ${fewest} members`, witnesses: some() }]
      : []),
    ...(ever > greatest
      ? [
          {
            path: [],
            reason: `may have more than ${greatest} members`,
            witnesses: [...some(...namesIn(shape)), ...some(...more)],
          },
        ]
      : []),
  ]
}

/** How many members a closed object can have at the most. */
function closedTo({ properties = {}, patternProperties, additionalProperties }: SchemaObject): number {
  if (additionalProperties !== false || patternProperties !== undefined) return Infinity
  return Object.values(properties).filter((each) => each !== false).length
}

function namesIn({ all }: { readonly all: readonly SchemaObject[] }): string[] {
  return [
    ...new Set(
      all.flatMap(({ properties = {}, required = [] }) => [...Object.keys(properties), ...required]),
    ),
  ]
}

/** Members that one of the sides names. */
function namedGaps(shape: OpenShape, to: SchemaObject, context: Context, compare: Compare): Gap[] {
  return namesIn({ all: [to, ...shape.all] }).flatMap((name) => memberGaps(name, shape, to, context, compare))
}

function memberGaps(
  name: string,
  shape: OpenShape,
  to: SchemaObject,
  context: Context,
  compare: Compare,
): Gap[] {
  const member = memberOf(shape, name)
  const gaps = compare(member, memberOf({ all: [to] }, name), context)
  return gaps.map((gap) => within(gap, name, (witness) => objectWith(shape, { [name]: witness }, context)))
}

/**
 * Members that neither side names: by every way in which the left side may speak of such a name (one of its patterns,
 * or none), against all that the right side may say of it.
 */
function unnamedGaps(shape: OpenShape, to: SchemaObject, context: Context, compare: Compare): Gap[] {
  const rights = Object.entries(to.patternProperties ?? {})
  if (rights.length === 0 && (to.additionalProperties ?? true) === true) return []
  return ways(shape.all).flatMap(({ schema, patterns }): Gap[] => {
    if (shapesOf(schema, context)?.length === 0) return []
    const isOfRight = rights.some(([pattern]) => patterns.includes(pattern))
    const demands = [
      ...rights.map(([, right]) => right),
      // Of a name that one of its patterns has, the right side says nothing more.
      ...(isOfRight ? [] : [to.additionalProperties ?? true]),
    ]
    return compare(schema, together(demands), context).map((gap) => ({
      path: ['*', ...gap.path],
      reason: gap.path.length === 0 && demands.includes(false) ? 'may be there, with any name' : gap.reason,
      origin: originOf(gap),
      witnesses: tryNames.flatMap((name) =>
        gap.witnesses
          .slice(0, Math.ceil(mostWitnesses / tryNames.length))
          .flatMap((witness) => objectWith(shape, { [name]: witness }, context) ?? []),
      ),
    }))
  })
}

const tryNames = ['anotherMember', 'a', 'x-a', 'A', '0', 'member0', '_']

interface Way {
  readonly schema: Schema
  readonly patterns: readonly string[]
}

function ways(all: readonly SchemaObject[]): Way[] {
  let found: Way[] = [{ schema: true, patterns: [] }]
  for (const { patternProperties = {}, additionalProperties = true } of all) {
    const choices = [
      { schema: additionalProperties, patterns: [] as string[] },
      ...Object.entries(patternProperties).map(([pattern, schema]) => ({ schema, patterns: [pattern] })),
    ]
    found = found.flatMap((one) =>
      choices.map((choice) => ({
        schema: together([one.schema, choice.schema]),
        patterns: [...one.patterns, ...choice.patterns],
      })),
    )
    if (found.length > 64) return [{ schema: true, patterns: [] }]
  }
  return found
}

/** What members may be called. */
function nameGaps(
  shape: OpenShape,
  { propertyNames: names }: SchemaObject,
  context: Context,
  compare: Compare,
): Gap[] {
  if (names === undefined) return []
  const withName = (name: unknown): object[] => {
    const made = typeof name === 'string' ? objectWith(shape, {}, context, [name]) : undefined
    return made === undefined ? [] : [made]
  }
  if (shape.all.some((each) => closedTo(each) < Infinity))
    return namesIn(shape)
      .filter((name) => memberOf(shape, name) !== false && !surely(names, name, context))
      .map((name) => ({ path: [name], reason: 'may be there', witnesses: withName(name) }))
  const said = shape.all.flatMap(({ propertyNames }) => propertyNames ?? [])
  return compare({ allOf: [{ type: 'string' }, ...said] }, names, context).map(({ witnesses }) => ({
    path: [],
    reason: 'may have members of other names',
    witnesses: witnesses.flatMap(withName),
  }))
}
