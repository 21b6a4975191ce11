import { computedFrom, relationNamed, type Catalog, type Column, type Relation } from './catalog.js'
import { reached } from './reach.js'
import type { StatementShape } from './statement-shape.js'

/** Where two schemas differ, so that values are tried only where they could make a difference. */
export interface Changes {
  readonly any: boolean
  /** Names of functions of the database's own, in either schema, that may do something else now. */
  readonly functions: readonly string[]
  /** Whether what a write to the relation may bring about has changed. */
  isTouched(relation: Relation): boolean
  /** Whether a statement uses a table or a function that is touched. */
  isFeltBy(statement: Pick<StatementShape, 'tables' | 'functions'>): boolean
  /** Whether another set of values may be allowed in the column now. */
  isTouchedIn(relation: Relation, column: string): boolean
}

/** Compares two catalogs. */
export function changesBetween(from: Catalog, to: Catalog): Changes {
  const keys = (catalog: Catalog) =>
    new Map(
      catalog.relations.map((relation) => [`${relation.schema}.${relation.name}`, keyOf(catalog, relation)]),
    )
  const [before, after] = [keys(from), keys(to)]
  const differing = new Set(
    [...before.keys(), ...after.keys()].filter((name) => before.get(name) !== after.get(name)),
  )
  const { tables, functions, sets } = reached(from, to, differing)
  const isTouched = (relation: Relation): boolean => tables.has(`${relation.schema}.${relation.name}`)
  return {
    any: tables.size > 0 || functions.size > 0,
    functions: [...functions],
    isTouched,
    isFeltBy: (statement) =>
      statement.functions.some((name) => functions.has(name)) ||
      statement.tables.some(({ name, schema }) => {
        const relation = relationNamed(from, name, schema)
        return relation !== undefined && isTouched(relation)
      }),
    isTouchedIn(relation, column) {
      if (!isTouched(relation)) return false
      const there = relationNamed(to, relation.name, relation.schema)
      if (there === undefined) return false
      return (
        columnKey(from, relation, column) !== columnKey(to, there, column) ||
        sets.has(`${relation.schema}.${relation.name}`)
      )
    },
  }
}

function keyOf(catalog: Catalog, relation: Relation): string {
  const types = relation.columns.map((column) => typeKey(catalog, column))
  return JSON.stringify([
    { ...relation, columns: relation.columns.map(({ oid: _, ...column }) => column) },
    types,
  ])
}

function columnKey(catalog: Catalog, relation: Relation, name: string): string {
  const column = relation.columns.find((each) => each.name === name)
  const facts = (each: Column) => ({ ...each, oid: 0, key: typeKey(catalog, each) })
  return JSON.stringify([
    column && facts(column),
    computedFrom(relation, name).map(facts),
    relation.constraints
      .filter(({ concerns }) => concerns.includes(name))
      .map(({ definition }) => definition),
    relation.uniques.filter(({ columns }) => columns.includes(name)).map(({ definition }) => definition),
    relation.uniques.filter(({ columns }) => columns.length === 0),
    catalog.relations.flatMap(({ constraints }) =>
      constraints
        .filter(({ refers }) => refers?.name === relation.name && refers.schema === relation.schema)
        .filter(({ refers }) => refers?.columns.includes(name))
        .map(({ definition }) => definition),
    ),
    relation.triggers,
    relation.rules,
    relation.policies,
    relation.rowSecurity,
    relation.partitionKey,
    relation.partitions,
    relation.kind === 'v' ? catalog.relations.length : 0,
  ])
}

function typeKey(catalog: Catalog, column: Column): unknown {
  const type = catalog.types.get(column.oid)
  const of = type && catalog.types.get(type.element)
  return (
    type && [
      type.fullName,
      type.labels,
      type.checks,
      type.notNull,
      type.baseName,
      type.attributes,
      of?.labels,
      of?.attributes,
    ]
  )
}
