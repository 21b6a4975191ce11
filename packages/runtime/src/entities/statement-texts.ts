import { columnFromRow, type Append } from '../logs/append.js'
import type { ColumnValue } from '../statements/columns.js'
import { conditions, conditionsShape } from '../statements/conditions.js'
import { identifier, identifiers, literal } from '../statements/identifier.js'
import { Parameters } from '../statements/parameters.js'
import type { ExpectedVersion } from './expected-version.js'

/** A table as the statements need to know it. */
export interface EntityTable {
  readonly name: string
  readonly key: string
  /** What a statement returns. */
  readonly columns: readonly string[]
}

/** What an update does with the envelopes of personal values. */
export interface Seal {
  /** Those that are replaced, as JSON; null removes one. */
  readonly envelopes: unknown
  /** The columns that must have theirs already, if they have a value. */
  readonly kept: readonly string[]
}

/** One write, taken apart. */
export interface Write {
  readonly key?: unknown
  readonly expectedVersion?: ExpectedVersion | undefined
  readonly set: readonly ColumnValue[]
  readonly scope: readonly ColumnValue[]
  readonly append: readonly Append[]
  readonly seal?: Seal | undefined
}

/** The rows that a write changed, for the statement around it. No table of a manifest has such a name. */
const changed = '_changed'

/** Everything that the text of a write depends on. */
export function shapeOf(kind: string, write: Write): string {
  const set = write.set.map(([column]) => column).join(',')
  const appends = write.append.map(({ log, values }) => `${log}(${values.map(appendedShape).join(',')})`)
  const seal = write.seal === undefined ? '' : `sealed, and ${write.seal.kept.join(',')}`
  return [
    kind,
    set,
    versionShape(write.expectedVersion),
    conditionsShape(write.scope),
    seal,
    ...appends,
  ].join('|')
}

/** Sets columns, and moves the version on. */
export function updateText(table: EntityTable, write: Write): string {
  const parameters = new Parameters()
  const target = targetText(table, write, parameters)
  const assignments = write.set.map(([column, value]) => `${identifier(column)} = ${parameters.add(value)}`)
  const seal = sealTexts(write.seal, parameters)
  const text =
    `update ${identifier(table.name)} set ${[...assignments, ...seal.set, '"version" = "version" + 1'].join(', ')} ` +
    `where ${target}${seal.condition} returning ${identifiers(table.columns)}`
  return withAppends(text, table, write, parameters)
}

/** Inserts a row. */
export function insertText(table: EntityTable, write: Write): string {
  const parameters = new Parameters()
  const into = `insert into ${identifier(table.name)}`
  const names = write.set.map(([column]) => column)
  const places = write.set.map(([, value]) => parameters.add(value))
  const values =
    names.length === 0 ? 'default values' : `(${identifiers(names)}) values (${places.join(', ')})`
  return withAppends(`${into} ${values} returning ${identifiers(table.columns)}`, table, write, parameters)
}

/** Deletes a row, and returns it with the version of its deletion. */
export function deleteText(table: EntityTable, write: Write): string {
  const parameters = new Parameters()
  const returned = table.columns.map((column) =>
    column === 'version' ? '"version" + 1 as "version"' : identifier(column),
  )
  const text = `delete from ${identifier(table.name)} where ${targetText(table, write, parameters)} returning ${returned.join(', ')}`
  return withAppends(text, table, write, parameters)
}

/** Reads a row. */
export function findText(table: EntityTable, write: Write): string {
  return `select ${identifiers(table.columns)} from ${identifier(table.name)} where ${targetText(table, write, new Parameters())}`
}

/** The values of a write in the order in which the texts above name them. */
export function valuesOf(kind: 'insert' | 'update' | 'delete' | 'find' | 'look', write: Write): unknown[] {
  const scope = write.scope.filter(([, value]) => value !== null)
  const target =
    kind === 'insert' ? [] : [write.key, ...versionValues(write.expectedVersion), ...scope.map(valueOf)]
  const appended = write.append.flatMap(({ values }) => values.filter(isBound).map(valueOf))
  const sealed = write.seal === undefined ? [] : [write.seal.envelopes]
  return [...target, ...write.set.map(valueOf), ...sealed, ...appended]
}

function targetText(table: EntityTable, write: Write, parameters: Parameters): string {
  const key = `${identifier(table.key)} = ${parameters.add(write.key)}`
  return key + versionText(write.expectedVersion, parameters) + conditions(write.scope, parameters)
}

/** Envelopes are texts: no null of the row is among those that go. */
function sealTexts(seal: Seal | undefined, parameters: Parameters): { set: string[]; condition: string } {
  if (seal === undefined) return { set: [], condition: '' }
  const conditions = seal.kept.map(
    (column) => ` and (${identifier(column)} is null or "personal" -> ${literal(column)} is not null)`,
  )
  return {
    set: [`"personal" = jsonb_strip_nulls("personal" || ${parameters.add(seal.envelopes)})`],
    condition: conditions.join(''),
  }
}

function versionText(expected: ExpectedVersion | undefined, parameters: Parameters): string {
  if (expected === undefined || expected === 'any') return ''
  const place = parameters.add(expected)
  return typeof expected === 'number' ? ` and "version" = ${place}` : ` and "version" = any (${place})`
}

function versionShape(expected: ExpectedVersion | undefined): string {
  return expected === undefined || expected === 'any' ? '' : typeof expected
}

function versionValues(expected: ExpectedVersion | undefined): unknown[] {
  return expected === undefined || expected === 'any' ? [] : [expected]
}

function withAppends(text: string, table: EntityTable, { append }: Write, parameters: Parameters): string {
  if (append.length === 0) return text
  const parts = append.map(({ log, values }, index) => {
    const into = values.length === 0 ? '' : ` (${identifiers(values.map(([column]) => column))})`
    const sources = values.map(([, value]) => sourceText(value, parameters))
    return `_appended_${index} as (insert into ${identifier(log)}${into} select ${sources.join(', ')} from ${changed})`
  })
  return `with ${changed} as (${text}), ${parts.join(', ')} select ${identifiers(table.columns)} from ${changed}`
}

function sourceText(value: unknown, parameters: Parameters): string {
  const column = columnFromRow(value)
  return column === undefined ? parameters.add(value) : identifier(column)
}

function appendedShape([column, value]: ColumnValue): string {
  const source = columnFromRow(value)
  return source === undefined ? column : `${column}<${source}`
}

function isBound([, value]: ColumnValue): boolean {
  return columnFromRow(value) === undefined
}

function valueOf([, value]: ColumnValue): unknown {
  return value
}
