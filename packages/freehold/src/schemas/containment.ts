import { knownOf, perhaps, spend, surely } from './accepts.js'
import { arrayGaps } from './array-gaps.js'
import { conditionGaps } from './condition-gaps.js'
import { isDisjoint } from './disjoint.js'
import { distinct, pathText, type Gap } from './gap.js'
import { objectGaps } from './object-gaps.js'
import { prepare, type WrittenSchema } from './prepare.js'
import { candidates, samplesOf } from './samples.js'
import { numberGaps, stringGaps } from './scalar-gaps.js'
import type { kindOf } from './schema.js'
import { textOf, typesOf, type Schema, type SchemaObject } from './schema.js'
import { deepest, schemaOf, shapesOf, type Context, type Shape } from './shapes.js'
import { oneOfGaps, unionGaps } from './union-gaps.js'

/** Something that one schema allows and another does not. */
export interface Difference {
  /** Where in a value: `items[].title`; empty for the value as a whole. */
  readonly path: string
  /** The same by its steps: names of members, `[]` or a number for elements, and `*` for members without a name. */
  readonly steps: readonly (string | number)[]
  /** What the value may be there: `may be null`, `may be absent`. */
  readonly reason: string
  /** Whether a value was found that shows it. Otherwise it may be so. */
  readonly isCertain: boolean
  /** A value that the one allows and the other does not. */
  readonly witness?: unknown
}

/** Whether all values that are valid under one schema are valid under another. */
export interface Containment {
  /** `unknown` where it could neither be shown nor refuted. */
  readonly is: 'yes' | 'no' | 'unknown'
  /** None for yes. */
  readonly differences: readonly Difference[]
}

/**
 * Whether every value that is valid under the left schema is valid under the right one. `yes` follows from rules that
 * never say so wrongly; `no` comes with a value that a validator has accepted for the left schema and refused for the
 * right one; all else is `unknown`. A `format` counts as a rule for values.
 *
 * @param written - What the left schema was made of, where it is another: a value that shows something is valid under it, too.
 */
export function containment(left: WrittenSchema, right: WrittenSchema, written = left): Containment {
  if (textOf(left) === textOf(right)) return { is: 'yes', differences: [] }
  const prepared = prepare(left, right)
  const known = knownOf(prepared.definitions, prepared.left, prepared.right)
  const context = { ...known, assumed: new Set<string>(), compared: new Map(), depth: 0 }
  const gaps = distinct(gapsBetween(prepared.left, prepared.right, context))
  const isWritten = written === left ? () => true : validity(written)
  const shows = (witness: unknown): boolean =>
    surely(prepared.left, witness, known) && !perhaps(prepared.right, witness, known) && isWritten(witness)
  const differences = differencesOf(gaps, shows)
  const is = differences.some(({ isCertain }) => isCertain)
    ? 'no'
    : differences.length > 0
      ? 'unknown'
      : 'yes'
  return { is, differences }
}

/** Whether values are valid for certain. */
function validity(written: WrittenSchema): (value: unknown) => boolean {
  const { left, definitions } = prepare(written, written)
  const known = knownOf(definitions, left)
  return (value) => surely(left, value, known)
}

/** Each once, with the first value that shows it. */
function differencesOf(gaps: readonly Gap[], shows: (witness: unknown) => boolean): Difference[] {
  const found = new Map<string, Difference>()
  for (const { path: steps, reason, witnesses } of gaps) {
    const path = pathText(steps)
    const key = `${path} ${reason}`
    if (found.get(key)?.isCertain === true) continue
    const shown = witnesses.findIndex(shows)
    found.set(key, {
      path,
      steps,
      reason,
      isCertain: shown >= 0,
      ...(shown >= 0 && { witness: witnesses[shown] }),
    })
  }
  return [...found.values()]
}

function gapsBetween(left: Schema, right: Schema, context: Context): readonly Gap[] {
  if (right === true || left === false || textOf(left) === textOf(right)) return []
  if (Object.keys(right).join() === 'anyOf' && choicesOf(right).includes(textOf(left))) return []
  if (context.depth > deepest)
    return [{ path: [], reason: 'is nested too deep to be compared', witnesses: [] }]
  const missing = missingOf(left, right)
  if (missing !== undefined) return missing.slice(0, mostValues).map(valueGap)
  const pair = `${textOf(left)} ${textOf(right)}`
  spend(context, pair.length)
  const { compared } = context
  const before = compared.get(pair)
  if (before !== undefined) return before
  const known = compared.size
  // A schema that contains itself: what is being shown may be used for its parts.
  compared.set(pair, [])
  const shapes = shapesOf(left, context)
  const deeper = { ...context, depth: context.depth + 1 }
  const gaps =
    shapes === undefined
      ? [{ path: [], reason: 'has too many alternatives to be compared', witnesses: [] }]
      : distinct(shapes.flatMap((shape) => shapeGaps(shape, right, deeper)))
  if (gaps.length > 0) forgetAfter(compared, known)
  compared.set(pair, gaps)
  return gaps
}

const mostValues = 12

/** The values of one list that another does not have; undefined where one of the two is no plain list. */
function missingOf(left: Schema, right: Schema): unknown[] | undefined {
  const [values, allowed] = [listIn(left), listIn(right)]
  if (values === undefined || allowed === undefined) return undefined
  const texts = new Set(allowed.map(textOf))
  return values.filter((value) => !texts.has(textOf(value)))
}

function listIn(schema: Schema): readonly unknown[] | undefined {
  if (typeof schema !== 'object' || Object.keys(schema).length !== 1) return undefined
  return 'const' in schema ? [schema.const] : schema.enum
}

/** What was shown with the help of something that does not hold may not hold either. */
function forgetAfter(compared: Context['compared'], known: number): void {
  for (const [pair, gaps] of [...compared].slice(known)) if (gaps.length === 0) compared.delete(pair)
}

function choicesOf(schema: Schema): string[] {
  return typeof schema === 'object' ? (schema.anyOf ?? []).map(textOf) : []
}

function shapeGaps(shape: Shape, to: Schema, context: Context): readonly Gap[] {
  if (to === true) return []
  const said = shape.kind === 'value' ? [] : shape.all.map(textOf)
  spend(context, said.join('').length)
  if (context.effort.left < 0)
    return [{ path: [], reason: 'has too many alternatives to be compared', witnesses: [] }]
  if (shape.kind === 'value') return surely(to, shape.value, context) ? [] : [valueGap(shape.value)]
  if (to === false)
    return [{ path: [], reason: 'may be there', witnesses: samplesOf(schemaOf(shape), context) }]
  if (said.includes(textOf(to))) return []
  if (context.depth > deepest)
    return [{ path: [], reason: 'is nested too deep to be compared', witnesses: [] }]
  const { $ref, $choice, allOf = [], anyOf, oneOf, ...own } = to
  const isSaid = (keyword: string, value: unknown): boolean =>
    shape.all.some((each) => textOf((each as Record<string, unknown>)[keyword] ?? null) === textOf(value))
  return [
    ...($ref === undefined ? [] : referenceGaps(shape, $ref, context)),
    ...allOf.flatMap((each) => shapeGaps(shape, each, context)),
    ...(anyOf === undefined ? [] : unionGaps(shape, anyOf, context, shapeGaps)),
    ...(oneOf === undefined || isSaid('oneOf', oneOf)
      ? []
      : oneOfGaps(shape, oneOf, $choice !== undefined && isSaid('$choice', $choice), context, shapeGaps)),
    ...keywordGaps(shape, own, context, isSaid),
  ]
}

function valueGap(value: unknown): Gap {
  const text = JSON.stringify(value)
  return {
    path: [],
    reason: `may be ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`,
    witnesses: [value],
  }
}

function referenceGaps(shape: Shape, reference: string, context: Context): readonly Gap[] {
  const pair = `${textOf(schemaOf(shape))} ${reference}`
  spend(context, pair.length)
  if (context.assumed.has(pair)) return []
  const assumed = new Set([...context.assumed, pair])
  const to = context.definitions[reference.slice('#/$defs/'.length)] ?? true
  return shapeGaps(shape, to, { ...context, assumed, depth: context.depth + 1 })
}

function keywordGaps(
  shape: Exclude<Shape, { kind: 'value' }>,
  to: SchemaObject,
  context: Context,
  isSaid: (keyword: string, value: unknown) => boolean,
): readonly Gap[] {
  const types = typesOf(to)
  const { kind } = shape
  const samples = (): unknown[] => [
    ...candidates(shape, context).filter((value) => perhaps(schemaOf(shape), value, context)),
  ]
  if (types !== undefined && !types.includes(kind) && !(kind === 'number' && types.includes('integer')))
    return [{ path: [], reason: `may be ${article(kind)}`, witnesses: samples() }]
  const listed = 'const' in to ? [to.const] : to.enum
  if (listed !== undefined)
    return [{ path: [], reason: `may be ${article(kind)} that is not one of a few`, witnesses: samples() }]
  const { not } = to
  return [
    ...(not === undefined || isSaid('not', not) || isDisjoint(shape, not, context)
      ? []
      : [
          {
            path: [],
            reason: 'may be what is excluded',
            witnesses: samplesOf({ allOf: [schemaOf(shape), not] }, context),
          },
        ]),
    ...conditionGaps(shape, to, context, shapeGaps),
    ...kindGaps(shape, to, context),
  ]
}

function kindGaps(
  shape: Exclude<Shape, { kind: 'value' }>,
  to: SchemaObject,
  context: Context,
): readonly Gap[] {
  switch (shape.kind) {
    case 'number':
      return numberGaps(shape, to)
    case 'string':
      return withSamples(stringGaps(shape, to), shape, context)
    case 'array':
      return arrayGaps(shape, to, context, gapsBetween)
    case 'object':
      return objectGaps(shape, to, context, gapsBetween)
  }
}

/** What a text may be is tried with all texts that are at hand. */
function withSamples(gaps: readonly Gap[], shape: Shape, context: Context): Gap[] {
  return gaps.map((gap) => ({ ...gap, witnesses: [...gap.witnesses, ...candidates(shape, context)] }))
}

function article(kind: ReturnType<typeof kindOf>): string {
  return kind === 'array' || kind === 'object' ? `an ${kind}` : `a ${kind}`
}
