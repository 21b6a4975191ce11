import { baseType, relationNamed, type Catalog, type Column, type Relation } from './catalog.js'
import type { Value } from './values.js'

/** Whether the new schema tells rows apart by a text in another way than the old one, such as by its small letters. */
export function isUniqueOtherwise(
  from: Catalog,
  to: Catalog,
  { schema, name, uniques }: Relation,
  column: Column,
): boolean {
  if (baseType(from, column.oid)?.category !== 'S') return false
  const there = relationNamed(to, name, schema)?.uniques ?? []
  return there.some(
    ({ columns, definition }) =>
      columns.includes(column.name) && uniques.every((each) => each.definition !== definition),
  )
}

/** Other texts, which many an expression takes for the same: in other letters, with spaces around it, and longer. */
export function alike(value: Value): string[] {
  if (value === null) return []
  const swapped = value === value.toUpperCase() ? value.toLowerCase() : value.toUpperCase()
  return [swapped, ` ${value} `, `${value}.`].filter((each) => each !== value)
}
