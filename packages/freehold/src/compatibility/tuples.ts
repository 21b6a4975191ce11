import { alike, isUniqueOtherwise } from './alike.js'
import { baseType, computedFrom, relationNamed, type Catalog, type Column, type Relation } from './catalog.js'
import type { Changes } from './changes.js'
import { conditionsOn, edgesOf } from './constants.js'
import { envelope, envelopesFor, isEnvelope, sealedFields } from './envelopes.js'
import type { SampleRow, Samples } from './samples.js'
import { shapedValues } from './shaped-values.js'
import type { ColumnUse, StatementShape } from './statement-shape.js'
import { freshValue, furthest, isOfKind, valuesOf, type Value } from './values.js'

/** Values for all parameters of a statement, and the row of the samples that they are of. */
export interface Tuple {
  readonly values: readonly Value[]
  readonly row: number
}

/** What values for a statement are made from. */
export interface TupleSource {
  readonly shape: StatementShape
  /** OIDs of the parameters' types, as the server inferred them. */
  readonly types: readonly number[]
  /** Kinds that were recorded, by parameter. */
  readonly kinds: readonly string[]
  readonly from: Catalog
  readonly to: Catalog
  readonly samples: Samples
  readonly changes: Changes
  /** Another number for every call. */
  readonly fresh: () => number
}

interface Bound {
  readonly relation: Relation
  readonly column: Column
  readonly use: ColumnUse
}

/** Values with which the statement probably finds a row, or writes one that is allowed: what traffic does. */
export function likelyTuples(source: TupleSource): Tuple[] {
  const rows = [0, 1, 2].map((row) => ({
    values: sealed(
      source,
      source.types.map((_, index) => likely(source, index, row)),
    ),
    row,
  }))
  const advanced = rows.slice(0, 1).map(({ values, row }) => ({
    row,
    // A version that must advance, a number that must grow.
    values: values.map((value, index) =>
      value !== null && /^\d{1,9}$/.test(value) && boundTo(source, index).some(({ use }) => use.isWritten)
        ? String(Number(value) + 1)
        : value,
    ),
  }))
  return [...rows, ...advanced, ...reaching(source, rows), ...keyed(source)]
}

/** Of what is compared by `<` or `>`, a value that all rows are on the right side of: the row's own finds not even that. */
function reaching(source: TupleSource, rows: readonly Tuple[]): Tuple[] {
  const ends = source.types.map((type, index) => {
    const operators = boundTo(source, index).flatMap(({ use }) => (use.isWritten ? [] : (use.operator ?? [])))
    const [ordering] = operators.filter((operator) => /^[<>]=?$/.test(operator))
    return ordering === undefined ? undefined : furthest(source.from, type, ordering.startsWith('<'))
  })
  if (ends.every((end) => end === undefined)) return []
  return rows.map(({ values, row }) => ({ row, values: values.map((value, index) => ends[index] ?? value) }))
}

/** What is sealed has its envelope, another one each time: nobody writes one without the other. */
function sealed(source: TupleSource, values: readonly Value[]): readonly Value[] {
  const written = values.map((_, index) => boundTo(source, index).find(({ use }) => use.isWritten))
  return values.map((value, index) => {
    const bound = written[index]
    if (bound?.column.name !== 'personal' || sealedFields(bound.relation).length === 0) return value
    const given = written.flatMap((other, place) =>
      other?.relation === bound.relation && values[place] !== null ? [other.column.name] : [],
    )
    return envelopesFor(bound.relation, given, source.fresh())
  })
}

/** For calls of the database's own functions, which take keys of rows more often than not. */
function keyed(source: TupleSource): Tuple[] {
  const { from, samples, types, shape, changes } = source
  const open = types.map((type, index) => (boundTo(source, index).length === 0 ? type : undefined))
  if (!shape.functions.some((name) => changes.functions.includes(name))) return []
  const keys = from.relations.flatMap((relation) =>
    relation.constraints
      .filter(({ type, columns }) => type === 'p' && columns.length === 1)
      .flatMap(({ columns }) => {
        const column = relation.columns.find(({ name }) => name === columns[0])
        const value = samples.get(`${relation.schema}.${relation.name}`)?.[0]?.[columns[0] ?? '']
        return column === undefined || value === undefined || value === null
          ? []
          : [{ oid: column.oid, value }]
      }),
  )
  const most = Math.max(...types.map((type) => keys.filter(({ oid }) => oid === type).length), 0)
  return Array.from({ length: Math.min(most * most, 16) }, (_, turn) => ({
    row: 0,
    values: types.map((type, index) => {
      const fitting = keys.filter(({ oid }) => oid === type)
      // Several parameters of a type take different keys in different turns.
      const chosen =
        fitting[(turn + index * Math.floor(turn / Math.max(most, 1))) % Math.max(fitting.length, 1)]
      return open[index] === undefined || chosen === undefined ? likely(source, index, 0) : chosen.value
    }),
  }))
}

/** The same values as far as they are not of the row; those that are, as the row has them elsewhere. */
export function carriedOver(source: TupleSource, { values, row }: Tuple, carried: Samples): Tuple {
  const moved = values.map((value, index) => {
    const [first] = boundTo(source, index)
    if (first === undefined) return value
    const before = sampleRow(source, first.relation, row)?.[first.column.name]
    const after = sampleRow({ samples: carried }, first.relation, row)?.[first.column.name]
    const isOfRow = before !== undefined && wrapped(source, index, before) === value
    return isOfRow && after !== undefined ? wrapped(source, index, after) : value
  })
  return { values: moved, row }
}

/**
 * Values one of which differs from a tuple that worked: where the new schema may allow less in a column, what is at
 * the edges of its conditions, and what differs in length, size, sign or form.
 */
export function variedTuples(source: TupleSource, base: Tuple): (Tuple & { readonly parameter: number })[] {
  const varied = source.types.flatMap((type, index) => {
    const bound = boundTo(source, index).filter((each) => each.use.isWritten || hasOtherType(source, each))
    const isOpen = bound.length === 0 && callsOwn(source)
    const touched = bound.filter(({ relation, column }) => source.changes.isTouchedIn(relation, column.name))
    if (touched.length === 0 && !isOpen) return []
    const values = isOpen
      ? valuesOf(source.from, type).filter(isModest)
      : touched.flatMap((each) => valuesFor(source, each))
    const edges = isOpen ? bodiesCalled(source).flatMap(edgesOf) : []
    const allowed: Value[] = [...new Set<Value>([...values, ...edges, null])].filter((value) =>
      isOfKind(value, source.kinds[index]),
    )
    return allowed
      .filter((value) => value !== base.values[index])
      .map((value) => ({
        ...base,
        values: base.values.with(index, wrapped(source, index, value)),
        parameter: index + 1,
      }))
  })
  return [...otherRows(source), ...varied]
}

/** What is compared with a column is read as its type, too. */
function hasOtherType({ from, to }: TupleSource, { relation, column }: Bound): boolean {
  const there = relationNamed(to, relation.name, relation.schema)?.columns.find(
    ({ name }) => name === column.name,
  )
  if (there === undefined) return false
  const labels = (catalog: Catalog, { oid }: Column) => JSON.stringify(catalog.types.get(oid)?.labels)
  return there.type !== column.type || labels(from, column) !== labels(to, there)
}

/** A trigger or a policy may refuse one row and not another. */
function otherRows(source: TupleSource): (Tuple & { readonly parameter: number })[] {
  const { changes, shape, from, types } = source
  if (types.length === 0) return []
  const isTouched = shape.writes.some(({ table }) => {
    const relation = relationNamed(from, table.name, table.schema)
    return relation !== undefined && changes.isTouched(relation)
  })
  return isTouched
    ? likelyTuples(source)
        .slice(1, 3)
        .map((tuple) => ({ ...tuple, parameter: types.length }))
    : []
}

function valuesFor({ from, to, samples, fresh: next }: TupleSource, { relation, column }: Bound): string[] {
  const there = relationNamed(to, relation.name, relation.schema)
  const conditions = [
    ...conditionsOn(from, relation, column.name),
    ...(there ? conditionsOn(to, there, column.name) : []),
  ]
  const computed = there ? computedFrom(there, column.name).map((each) => each.default ?? '') : []
  const present =
    samples.get(`${relation.schema}.${relation.name}`)?.map((row) => row[column.name] ?? null) ?? []
  const fresh = freshValue(from, column.oid, next())
  const edges = conditions.flatMap(edgesOf)
  return [
    ...present.filter((value) => value !== null),
    ...(isUniqueOtherwise(from, to, relation, column) ? present.flatMap(alike) : []),
    ...(fresh === undefined ? [] : [fresh]),
    ...edges.slice(0, 60),
    ...shapedValues(from, column, [...conditions, ...computed], present).slice(0, 60),
    ...valuesOf(from, column.oid),
  ]
}

function likely(source: TupleSource, index: number, row: number): Value {
  const { from, types, kinds, shape } = source
  const form = shape.forms.get(index + 1)
  if (form !== undefined) return form
  const fallback = (): Value =>
    valuesOf(from, types[index] ?? 0).find((value) => isOfKind(value, kinds[index])) ?? null
  const [first, ...others] = boundTo(source, index)
  if (first === undefined) return fallback()
  // A MERGE meets a row at first, and then none.
  const insert = shape.writes.some(({ command }) => command === 'insert' || (command === 'merge' && row > 0))
  const written = [first, ...others].find(({ use }) => use.isWritten)
  if (written && isEnvelope(written.relation, written.column)) return envelope(source.fresh(), written.column)
  const sample = sampleRow(source, first.relation, row)?.[first.column.name]
  if (insert && written !== undefined && mustBeFresh(written)) {
    const fresh = anew(source, written.column, row, sample)
    if (fresh !== undefined) return wrapped(source, index, fitting(written.column, fresh))
  }
  if (sample === undefined || (sample === null && !isOfKind(null, kinds[index]))) return fallback()
  return wrapped(source, index, sample)
}

function sampleRow(
  { samples }: Pick<TupleSource, 'samples'>,
  { schema, name }: Relation,
  row: number,
): SampleRow | undefined {
  const rows = samples.get(`${schema}.${name}`) ?? []
  return rows[row % Math.max(rows.length, 1)]
}

function mustBeFresh({ relation, column }: Bound): boolean {
  const refers = relation.constraints.some(
    ({ type, columns }) => type === 'f' && columns.includes(column.name),
  )
  return !refers && relation.uniques.some(({ columns }) => columns.includes(column.name))
}

/** A value that no row has: any at first, and then one of the form that those have which are there. */
function anew(
  { from, fresh }: TupleSource,
  { oid }: Column,
  row: number,
  sample: Value | undefined,
): string | undefined {
  const count = fresh()
  const isText = baseType(from, oid)?.category === 'S'
  if (!isText || row === 0 || sample === undefined || sample === null) return freshValue(from, oid, count)
  return row === 1 ? `x${count}${sample}` : sample.replace(/\w(?=\W*$)/, String(count))
}

function fitting({ type }: Column, value: string): string {
  const [, length] = /^(?:character varying|character)\((\d+)\)/.exec(type) ?? []
  return length === undefined ? value : value.slice(-Number(length))
}

/** Arguments of a function are anybody's guess: what is out of all proportion says nothing about it. */
function isModest(value: string): boolean {
  return value.length < 100 && !(Math.abs(Number(value)) > 2000)
}

/** A single value, where a list of such is asked for: `id = any($1)`. */
function wrapped({ from, types }: TupleSource, index: number, value: Value): Value {
  const type = baseType(from, types[index] ?? 0)
  if (value === null || type?.category !== 'A' || /^\{.*\}$/s.test(value)) return value
  return `{"${value.replaceAll(/["\\]/g, '\\$&')}"}`
}

function boundTo({ shape, from }: TupleSource, index: number): Bound[] {
  return (shape.parameters.get(index + 1) ?? []).flatMap((use) => {
    const named = shape.tables.filter(
      ({ alias, name }) => use.table === undefined || alias === use.table || name === use.table,
    )
    for (const { name, schema } of named) {
      const relation = relationNamed(from, name, schema)
      const place = /^#(\d+)$/.exec(use.column)?.[1]
      const column =
        place === undefined
          ? relation?.columns.find((each) => each.name === use.column)
          : relation?.columns[Number(place) - 1]
      if (relation !== undefined && column !== undefined) return [{ relation, column, use }]
    }
    return []
  })
}

function callsOwn({ shape, changes }: TupleSource): boolean {
  return changes.any && shape.functions.some((name) => changes.functions.includes(name))
}

function bodiesCalled({ shape, from, to }: TupleSource): string[] {
  return [...from.functions, ...to.functions]
    .filter(({ name }) => shape.functions.includes(name.replace(/^.*\./, '')))
    .map(({ body }) => body)
}
