import type { ParseResult } from 'libpg-query'
import { formOfArgument } from './argument-forms.js'
import { derivedColumns, type DerivedColumns } from './derived-columns.js'

/** A column that a parameter or a constant stands beside: it is compared with it, or written into it. */
export interface ColumnUse {
  /** The table as the statement calls it, by its name or an alias; absent where it is not said. */
  readonly table?: string
  readonly column: string
  readonly isWritten: boolean
  /** How it is compared, seen from the column: `<`. */
  readonly operator?: string
}

/** A table as a statement names it. */
export interface TableUse {
  readonly schema?: string
  readonly name: string
  readonly alias?: string
}

/** What a statement writes. */
export interface WriteUse {
  readonly table: TableUse
  readonly command: 'insert' | 'update' | 'delete' | 'merge' | 'truncate'
  /** Absent where an INSERT names none: all of them. */
  readonly columns?: readonly string[]
}

/** What can be seen of a statement without a database. */
export interface StatementShape {
  /** The parser's name of the kind: `SelectStmt`. */
  readonly kind: string
  readonly tables: readonly TableUse[]
  readonly writes: readonly WriteUse[]
  /** By the number of the parameter. */
  readonly parameters: ReadonlyMap<number, readonly ColumnUse[]>
  readonly constants: readonly { readonly value: string; readonly use: ColumnUse }[]
  /** Whether its own rows are sorted, and whether it may stop before the last. */
  readonly isOrdered: boolean
  readonly isLimited: boolean
  /** Whether it asks for all columns, whichever they are. */
  readonly hasStar: boolean
  /** Names of the functions that it calls, without their schemas. */
  readonly functions: readonly string[]
  /** What a parameter must be like because of the function that it is given to, by its number. */
  readonly forms: ReadonlyMap<number, string>
  /** Names of settings that it sets: `app.tenant`. */
  readonly settings: readonly string[]
  /** How many parameters it has, by the highest number. */
  readonly parameterCount: number
}

type Tree = Readonly<Record<string, unknown>>

/** What can be seen in a parse tree of one statement. */
export function shapeOf({ stmts = [] }: ParseResult): StatementShape {
  const statement = (stmts[0]?.stmt ?? {}) as Tree
  const found: Found = {
    tables: [],
    writes: [],
    parameters: new Map(),
    constants: [],
    settings: [],
    functions: [],
    forms: new Map(),
    hasStar: false,
    highest: 0,
    derived: derivedColumns(statement),
  }
  walk(statement, found)
  const { highest, derived: _, ...rest } = found
  const query = statement['SelectStmt'] as Tree | undefined
  return {
    kind: Object.keys(statement)[0] ?? '',
    ...rest,
    isOrdered: query?.['sortClause'] !== undefined,
    isLimited: query?.['limitCount'] !== undefined || query?.['limitOffset'] !== undefined,
    parameterCount: highest,
  }
}

interface Found {
  readonly tables: TableUse[]
  readonly writes: WriteUse[]
  readonly parameters: Map<number, ColumnUse[]>
  readonly constants: { value: string; use: ColumnUse }[]
  readonly settings: string[]
  readonly functions: string[]
  readonly forms: Map<number, string>
  hasStar: boolean
  highest: number
  readonly derived: DerivedColumns
}

function walk(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, found)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const of = node as Tree
  if (typeof of['relname'] === 'string') found.tables.push(tableOf(of))
  for (const [kind, value] of Object.entries(of)) {
    const tree = value as Tree
    if (kind === 'InsertStmt') insert(tree, found)
    if (kind === 'UpdateStmt') update(tree, found)
    if (kind === 'DeleteStmt') write(tree['relation'], 'delete', [], found)
    if (kind === 'MergeStmt') merge(tree, found)
    if (kind === 'A_Expr') comparison(tree, found)
    if (kind === 'ParamRef') found.highest = Math.max(found.highest, Number(tree['number'] ?? 0))
    if (kind === 'A_Star') found.hasStar = true
    if (kind === 'TruncateStmt')
      for (const each of listOf(tree['relations'])) write(inner(each), 'truncate', [], found)
    if (kind === 'FuncCall') call(tree, found)
    if (kind === 'VariableSetStmt' && typeof tree['name'] === 'string') found.settings.push(tree['name'])
    walk(value, found)
  }
}

function insert(tree: Tree, found: Found): void {
  const columns = listOf(tree['cols']).map(nameOfTarget)
  write(tree['relation'], 'insert', columns.length === 0 ? undefined : columns, found)
  const source = (tree['selectStmt'] as Tree | undefined)?.['SelectStmt'] as Tree | undefined
  const rows = listOf(source?.['valuesLists']).map(itemsOf)
  if (rows.length === 0 && source !== undefined)
    rows.push(
      listOf(source['targetList']).map(
        (target) => ((target as Tree)['ResTarget'] as Tree | undefined)?.['val'],
      ),
    )
  const table = tableOf((tree['relation'] ?? {}) as Tree).name
  for (const row of rows)
    for (const [index, value] of row.entries()) {
      // Where no columns are named, the place is: whoever knows the table resolves it.
      const column = columns[index] ?? `#${index + 1}`
      uses(value, { table, column, isWritten: true }, found)
    }
  const conflict = tree['onConflictClause'] as Tree | undefined
  if (conflict?.['action'] === 'ONCONFLICT_UPDATE') {
    assignments(conflict['targetList'], table, found)
    write(tree['relation'], 'update', listOf(conflict['targetList']).map(nameOfTarget), found)
  }
}

function update(tree: Tree, found: Found): void {
  write(tree['relation'], 'update', listOf(tree['targetList']).map(nameOfTarget), found)
  assignments(tree['targetList'], tableOf((tree['relation'] ?? {}) as Tree).name, found)
}

function merge(tree: Tree, found: Found): void {
  const table = tableOf((tree['relation'] ?? {}) as Tree).name
  write(tree['relation'], 'merge', undefined, found)
  for (const each of listOf(tree['mergeWhenClauses'])) {
    const clause = (each as Tree)['MergeWhenClause'] as Tree
    const targets = listOf(clause['targetList'])
    const values = listOf(clause['values'])
    if (values.length === 0) assignments(targets, table, found)
    else
      for (const [index, value] of values.entries())
        uses(
          value,
          { table, column: targets[index] ? nameOfTarget(targets[index]) : `#${index + 1}`, isWritten: true },
          found,
        )
  }
}

function assignments(list: unknown, table: string, found: Found): void {
  for (const each of listOf(list)) {
    const target = (each as Tree)['ResTarget'] as Tree | undefined
    if (typeof target?.['name'] !== 'string') continue
    const value = target['val'] as Tree | undefined
    const several = value?.['MultiAssignRef'] as Tree | undefined
    const own = several === undefined ? value : valuesIn(several['source'])[Number(several['colno'] ?? 1) - 1]
    uses(own, { table, column: target['name'], isWritten: true }, found)
  }
}

/** `(a, b) = ($1, $2)`, and `(a, b) = (select $1, $2)`. */
function valuesIn(source: unknown): readonly unknown[] {
  const { RowExpr: row, SubLink: link } = (source ?? {}) as { RowExpr?: Tree; SubLink?: Tree }
  const select = (link?.['subselect'] as Tree | undefined)?.['SelectStmt'] as Tree | undefined
  const targets = listOf(select?.['targetList'])
  return row === undefined
    ? targets.map((target) => ((target as Tree)['ResTarget'] as Tree | undefined)?.['val'])
    : listOf(row['args'])
}

/** `column = $1`, `$1 < column`, `column in ($1, $2)`, `lower(column) like $1`. */
function comparison(tree: Tree, found: Found): void {
  const operator = stringOf(listOf(tree['name']).at(-1)) ?? ''
  for (const [one, other, seen] of [
    [tree['lexpr'], tree['rexpr'], operator],
    [tree['rexpr'], tree['lexpr'], turned[operator] ?? operator],
  ] as const) {
    const column = columnIn(one)
    if (column === undefined) continue
    const isOfTable = columnIn(other) !== undefined && found.derived.of(referenceIn(other)).length === 0
    if (isOfTable) continue
    const use = { ...column, isWritten: false }
    const ends = operator === 'BETWEEN' ? itemsOf(other) : []
    if (ends.length === 2) {
      uses(ends[0], { ...use, operator: '>=' }, found)
      uses(ends[1], { ...use, operator: '<=' }, found)
    } else uses(other, { ...use, operator: seen }, found)
  }
}

/** `$1 < column` is `column > $1`. */
const turned: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

function referenceIn(node: unknown): Tree {
  return ((node as Tree)['ColumnRef'] ?? {}) as Tree
}

/** Far deeper than anybody nests queries. */
const deepest = 8

function uses(value: unknown, use: ColumnUse, found: Found, depth = 0): void {
  if (depth > deepest) return
  if (Array.isArray(value)) {
    for (const each of value) uses(each, use, found, depth)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [kind, inside] of Object.entries(value as Tree)) {
    const tree = inside as Tree
    if (kind === 'SubLink' || kind === 'SelectStmt') continue
    if (kind === 'ParamRef') {
      const number = Number(tree['number'] ?? 0)
      found.parameters.set(number, [...(found.parameters.get(number) ?? []), use])
    } else if (kind === 'A_Const') {
      const constant = constantOf(tree)
      if (constant !== undefined) found.constants.push({ value: constant, use })
    } else if (kind === 'ColumnRef') {
      for (const source of found.derived.of(tree)) uses(source, use, found, depth + 1)
    } else uses(inside, use, found, depth)
  }
}

function constantOf(tree: Tree): string | undefined {
  const text = (tree['sval'] as Tree | undefined)?.['sval']
  if (typeof text === 'string') return text
  if (tree['ival'] !== undefined) return String(Number((tree['ival'] as Tree)['ival'] ?? 0))
  const float = (tree['fval'] as Tree | undefined)?.['fval']
  if (typeof float === 'string') return float
  if (tree['boolval'] !== undefined) return String((tree['boolval'] as Tree)['boolval'] === true)
  return undefined
}

function columnIn(node: unknown): Pick<ColumnUse, 'table' | 'column'> | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  const of = node as Tree
  const reference = of['ColumnRef'] as Tree | undefined
  if (reference !== undefined) {
    const names = listOf(reference['fields']).map((field) => stringOf(field))
    const [column, table] = names.toReversed()
    return column === undefined ? undefined : { column, ...(table !== undefined && { table }) }
  }
  const call = of['FuncCall'] as Tree | undefined
  const cast = of['TypeCast'] as Tree | undefined
  if (cast !== undefined) return columnIn(cast['arg'])
  for (const argument of listOf(call?.['args'])) {
    const found = columnIn(argument)
    if (found !== undefined) return found
  }
  return undefined
}

function call(tree: Tree, found: Found): void {
  const called = stringOf(listOf(tree['funcname']).at(-1)) ?? ''
  found.functions.push(called)
  const given = listOf(tree['args'])
  for (const [index, argument] of given.entries()) {
    const form = formOfArgument(called, given.length, index)
    const number = form === undefined ? undefined : parameterIn(argument)
    if (form !== undefined && number !== undefined) found.forms.set(number, form)
  }
  if (called !== 'set_config') return
  const first = ((listOf(tree['args'])[0] ?? {}) as Tree)['A_Const'] as Tree | undefined
  const name = first && constantOf(first)
  if (name !== undefined) found.settings.push(name)
}

/** The number of a parameter that stands alone, be it with a type. */
function parameterIn(node: unknown): number | undefined {
  const { ParamRef: parameter, TypeCast: cast } = (node ?? {}) as { ParamRef?: Tree; TypeCast?: Tree }
  if (cast !== undefined) return parameterIn(cast['arg'])
  return parameter === undefined ? undefined : Number(parameter['number'] ?? 0)
}

function write(
  relation: unknown,
  command: WriteUse['command'],
  columns: readonly string[] | undefined,
  found: Found,
): void {
  if (typeof relation !== 'object' || relation === null) return
  found.writes.push({ table: tableOf(relation as Tree), command, ...(columns && { columns }) })
}

function tableOf(of: Tree): TableUse {
  const { relname, schemaname, alias } = of
  const name = (alias as Tree | undefined)?.['aliasname']
  return {
    name: typeof relname === 'string' ? relname : '',
    ...(typeof schemaname === 'string' && { schema: schemaname }),
    ...(typeof name === 'string' && { alias: name }),
  }
}

function inner(node: unknown): unknown {
  return (node as Tree)['RangeVar']
}

function nameOfTarget(node: unknown): string {
  const name = ((node as Tree)['ResTarget'] as Tree | undefined)?.['name']
  return typeof name === 'string' ? name : ''
}

function stringOf(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  const text = ((node as Tree)['String'] as Tree | undefined)?.['sval']
  return typeof text === 'string' ? text : undefined
}

function itemsOf(node: unknown): readonly unknown[] {
  return listOf(((node ?? {}) as { readonly List?: Tree }).List?.['items'])
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
