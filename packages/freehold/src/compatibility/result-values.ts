import type { Catalog } from './catalog.js'
import { relationNamed } from './catalog.js'
import type { StatementShape } from './statement-shape.js'
import type { Success } from './side.js'

/** What a statement returned on two schemas, each time twice: what differs by itself says nothing about them. */
export interface Answers {
  readonly was: readonly [Success, Success]
  readonly is: readonly [Success, Success]
  /** Whether the order of the rows is compared, too. */
  readonly isOrdered: boolean
}

type Row = Success['data'][number]

/** Says how the values that a statement returns differ; undefined where they do not. */
export function otherValues({
  was: [was, wasAgain],
  is: [is, isAgain],
  isOrdered,
}: Answers): string | undefined {
  if (was.rows !== wasAgain.rows || is.rows !== isAgain.rows) return undefined
  if (was.rows !== is.rows) return `It finds or writes ${rows(is.rows)} where it was ${rows(was.rows)}.`
  const names = was.fields
    .map(({ name }) => name)
    .filter((name) => is.fields.some((field) => field.name === name))
    .filter((name) => sameIn([name], was, wasAgain, false) && sameIn([name], is, isAgain, false))
  if (sameIn(names, was, is, isOrdered)) return undefined
  const differing = names.filter((name) => !sameIn([name], was, is, false))
  if (differing.length > 0)
    return `It returns other values: ${differing.map((name) => example(name, was, is)).join('; ')}.`
  return sameIn(names, was, is, false)
    ? 'It returns the rows in another order.'
    : 'It returns other rows: the values are those that there were, in other places.'
}

/** Whether two schemas may bring the rows of a statement into another order: by labels, collations or types. */
export function isOtherOrder(from: Catalog, to: Catalog, { tables }: StatementShape): boolean {
  return tables.some(({ name, schema }) => {
    const [before, after] = [from, to].map((catalog) => relationNamed(catalog, name, schema))
    return before?.columns.some((column) => {
      const there = after?.columns.find((each) => each.name === column.name)
      if (there === undefined) return false
      const labels = [from.types.get(column.oid)?.labels, to.types.get(there.oid)?.labels]
      return there.type !== column.type || there.collation !== column.collation || isReordered(labels)
    })
  })
}

function isReordered([before = [], after = []]: readonly (readonly string[] | undefined)[]): boolean {
  const kept = after.filter((label) => before.includes(label))
  return JSON.stringify(kept) !== JSON.stringify(before.filter((label) => after.includes(label)))
}

function sameIn(names: readonly string[], one: Success, other: Success, isOrdered: boolean): boolean {
  const told = ({ data }: Success): string => {
    const all = data.map((row) => JSON.stringify(names.map((name) => row[name])))
    return JSON.stringify(isOrdered ? all : all.toSorted())
  }
  return told(one) === told(other)
}

function example(name: string, was: Success, is: Success): string {
  const values = ({ data }: Success): string[] => data.map((row) => shown(row, name))
  const [before, after] = [values(was), values(is)]
  const old = before.find((value) => !after.includes(value)) ?? before[0]
  const now = after.find((value) => !before.includes(value)) ?? after[0]
  return `"${name}" was ${old} and becomes ${now}`
}

function shown(row: Row, name: string): string {
  const text = JSON.stringify(row[name] ?? null)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}
