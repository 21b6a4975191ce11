import { baseType, type Catalog } from './catalog.js'
import { edgesOf } from './constants.js'
import type { Value } from './values.js'

const longestList = 200

/**
 * Values of a column that differ in what conditions look at inside of them: members of JSON, the length of an array, the
 * digits before the point.
 *
 * @param type - Of the column, with its precision: `numeric(10,2)`.
 * @param conditions - Whatever is said of the column, also of what is computed from it.
 * @param present - What rows have.
 */
export function shapedValues(
  catalog: Catalog,
  { oid, type }: { readonly oid: number; readonly type: string },
  conditions: readonly string[],
  present: readonly Value[],
): string[] {
  const base = baseType(catalog, oid)
  if (base?.name === 'json' || base?.name === 'jsonb') return documents(conditions, present)
  if (base?.category === 'A') return lists(conditions, present)
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? []
  const digits = Number(precision) - Number(scale)
  return digits > 0 ? ['9'.repeat(digits)] : []
}

/** Each document of a row again, with a member more, and with others in the members that are looked at. */
function documents(conditions: readonly string[], present: readonly Value[]): string[] {
  const members = conditions.flatMap((condition) =>
    Array.from(condition.matchAll(/->>?\s*'([^']+)'/g), ([, name = '']) => name),
  )
  const values: unknown[] = [...new Set(['x', 1, null, ...conditions.flatMap(edgesOf)])]
  const objects = present.flatMap((text) => objectIn(text) ?? [])
  return (objects.length > 0 ? objects : [{}]).flatMap((object) => [
    JSON.stringify({ ...object, more: 1 }),
    ...[...new Set(members)].flatMap((name) =>
      values.map((value) => JSON.stringify({ ...object, [name]: value })),
    ),
  ])
}

function objectIn(text: Value): object | undefined {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    // What is no JSON by itself is no document to change.
    return undefined
  }
}

/** As many elements as a condition says, and one more: of an element that some row has. */
function lists(conditions: readonly string[], present: readonly Value[]): string[] {
  const [element = '1'] = present.flatMap((text) => /^\{([^,{}]+)/.exec(text ?? '')?.[1] ?? [])
  const lengths = conditions
    .flatMap(edgesOf)
    .map(Number)
    .filter((length) => Number.isInteger(length) && length > 0 && length < longestList)
  return [...new Set(lengths)].map((length) => `{${Array(length).fill(element).join(',')}}`)
}
