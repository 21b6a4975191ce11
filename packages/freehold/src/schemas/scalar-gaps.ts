import type { Gap } from './gap.js'
import type { SchemaObject } from './schema.js'
import { least, most, numberBounds, type OpenShape } from './shapes.js'

/** What numbers of a shape may be, and a schema does not allow. */
export function numberGaps(shape: OpenShape, to: SchemaObject): Gap[] {
  const { low, isLowOpen, high, isHighOpen } = numberBounds(shape)
  const gap = (reason: string, ...witnesses: number[]): Gap => ({ path: [], reason, witnesses })
  const { minimum = -Infinity, exclusiveMinimum: above = -Infinity } = to
  const { maximum = Infinity, exclusiveMaximum: below = Infinity } = to
  return [
    ...(low < minimum ? [gap(`may be less than ${minimum}`, ...under(minimum, low))] : []),
    ...(low < above || (low === above && !isLowOpen && low > -Infinity)
      ? [gap(`may be ${above} or less`, above, ...under(above, low))]
      : []),
    ...(high > maximum ? [gap(`may be more than ${maximum}`, ...under(-maximum, -high).map((n) => -n))] : []),
    ...(high > below || (high === below && !isHighOpen && high < Infinity)
      ? [gap(`may be ${below} or more`, below, ...under(-below, -high).map((n) => -n))]
      : []),
    ...multipleGaps(shape, to),
  ]
}

/** Numbers under a limit, down to the lowest that there is. */
function under(limit: number, low: number): number[] {
  const near = [limit - 1, limit - 0.5, Math.ceil(limit) - 1, limit - 0.001, limit * 2 - 1]
  return Number.isFinite(low) ? [low, (low + limit) / 2, low + 1, ...near] : [...near, limit - 1000]
}

function multipleGaps(shape: OpenShape, { multipleOf: step, type }: SchemaObject): Gap[] {
  const types = typeof type === 'string' ? [type] : (type ?? ['number'])
  const steps = [...(step === undefined ? [] : [step]), ...(types.includes('number') ? [] : [1])]
  return steps
    .filter((each) => !isMultiple(shape, each))
    .map((each) => ({
      path: [],
      reason: each === 1 ? 'may be a number that is no integer' : `may be no multiple of ${each}`,
      witnesses: [
        0.5,
        1,
        each + 1,
        each / 2,
        ...shape.all.flatMap(({ multipleOf }) =>
          multipleOf === undefined ? [] : [multipleOf, 2 * multipleOf],
        ),
      ],
    }))
}

function isMultiple({ all, isInteger }: OpenShape, step: number): boolean {
  const own = [...all.flatMap(({ multipleOf }) => multipleOf ?? []), ...(isInteger ? [1] : [])]
  return own.some((each) => {
    const [a, b] = [decimal(each), decimal(step)]
    const places = Math.max(a.places, b.places)
    return scaled(a, places) % scaled(b, places) === 0n
  })
}

interface Decimal {
  readonly digits: bigint
  readonly places: number
}

/** A number as it is written: what it is in binary is not what people mean by 0.1. */
function decimal(number: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(number).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), places: fraction.length - Number(exponent) }
}

function scaled({ digits, places }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(to - places)
}

/** What texts of a shape may be, and a schema does not allow. */
export function stringGaps(shape: OpenShape, to: SchemaObject): Gap[] {
  const { minLength = 0, maxLength = Infinity, pattern, format } = to
  const [shortest, longest] = [most(shape, 'minLength'), least(shape, 'maxLength')]
  const isSaid = (keyword: 'pattern' | 'format', value: string): boolean =>
    shape.all.some((each) => each[keyword] === value)
  const gap = (reason: string, ...lengths: number[]): Gap => ({
    path: [],
    reason,
    witnesses: lengths
      .filter((length) => length < 100_000)
      .flatMap((length) => ['x'.repeat(length), '0'.repeat(length)]),
  })
  return [
    ...(shortest < minLength
      ? [gap(`may be shorter than ${minLength} characters`, shortest, minLength - 1)]
      : []),
    ...(longest > maxLength
      ? [gap(`may be longer than ${maxLength} characters`, maxLength + 1, Math.min(longest, 99_999))]
      : []),
    ...(pattern !== undefined && !isSaid('pattern', pattern) && !matchesAll(pattern)
      ? [gap(`may not match ${pattern}`, shortest, 1)]
      : []),
    ...(format !== undefined && !isSaid('format', format) ? [gap(`may be no ${format}`, shortest, 1)] : []),
  ]
}

function matchesAll(pattern: string): boolean {
  return ['', '^', '$', '.*', '^.*', '[\\s\\S]*', '^[\\s\\S]*$'].includes(pattern)
}
