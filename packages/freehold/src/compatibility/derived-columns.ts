type Tree = Readonly<Record<string, unknown>>

/** What the columns of a statement's own tables are made of: of `values`, subqueries, CTEs and `unnest`. */
export interface DerivedColumns {
  /** What a reference stands for; nothing where it is the column of a real table. */
  of(reference: Tree): readonly unknown[]
}

/** Collects them from the parse tree of a statement. */
export function derivedColumns(statement: unknown): DerivedColumns {
  const tables = new Map<string, Map<string, unknown[]>>()
  const aliases = new Map<string, string>()
  for (const [kind, tree] of namedNodes(statement)) {
    const [alias, names] = aliasOf(tree)
    if (kind === 'RangeSubselect') add(tables, alias, names, rowsOf(selectIn(tree['subquery'])))
    if (kind === 'RangeFunction') add(tables, alias, names, [argumentsOf(tree)])
    if (kind === 'CommonTableExpr')
      add(tables, text(tree['ctename']), textsOf(tree['aliascolnames']), rowsOf(selectIn(tree['ctequery'])))
    if (kind === 'RangeVar' && alias !== '') aliases.set(alias, text(tree['relname']))
  }
  return {
    of({ fields }) {
      const [column = '', table] = textsOf(fields).toReversed()
      if (table !== undefined)
        return (tables.get(table) ?? tables.get(aliases.get(table) ?? ''))?.get(column) ?? []
      return [...tables.values()].flatMap((columns) => columns.get(column) ?? [])
    },
  }
}

interface Output {
  readonly name: string
  readonly value: unknown
}

function add(
  tables: Map<string, Map<string, unknown[]>>,
  table: string,
  names: readonly string[],
  rows: readonly (readonly Output[])[],
): void {
  const columns = tables.get(table) ?? new Map<string, unknown[]>()
  for (const row of rows)
    for (const [index, { name, value }] of row.entries()) {
      const called = names[index] ?? name
      columns.set(called, [...(columns.get(called) ?? []), value])
    }
  tables.set(table, columns)
}

function rowsOf(select: Tree | undefined): Output[][] {
  const lists = listOf(select?.['valuesLists'])
  if (lists.length > 0)
    return lists.map((row) =>
      listOf(child(row, 'List')['items']).map((value, index) => ({ name: `column${index + 1}`, value })),
    )
  const targets = listOf(select?.['targetList']).map((target) => child(target, 'ResTarget'))
  return [
    targets.map((target) => ({
      name: text(target['name']) || lastName(target['val']),
      value: target['val'],
    })),
  ]
}

/** `unnest($1, $2) as a (id, name)`: each argument is a column. */
function argumentsOf(tree: Tree): Output[] {
  return listOf(tree['functions']).flatMap((each) =>
    listOf(child(each, 'List')['items']).flatMap((item) =>
      listOf(child(item, 'FuncCall')['args']).map((value) => ({ name: '', value })),
    ),
  )
}

function lastName(value: unknown): string {
  return textsOf(child(value, 'ColumnRef')['fields']).at(-1) ?? ''
}

function selectIn(node: unknown): Tree | undefined {
  return (node as Tree | undefined)?.['SelectStmt'] as Tree | undefined
}

function aliasOf(tree: Tree): [name: string, columns: readonly string[]] {
  const alias = (tree['alias'] ?? {}) as Tree
  return [text(alias['aliasname']), textsOf(alias['colnames'])]
}

function* namedNodes(node: unknown): Generator<[kind: string, tree: Tree]> {
  if (typeof node !== 'object' || node === null) return
  for (const [kind, value] of Object.entries(node)) {
    if (/^[A-Z]/.test(kind)) yield [kind, value as Tree]
    // The source of a MERGE and the target of a write are not wrapped.
    if (kind === 'relation' && typeof value === 'object') yield ['RangeVar', value as Tree]
    yield* namedNodes(value)
  }
}

function child(node: unknown, kind: string): Tree {
  return ((node as Tree | null | undefined)?.[kind] ?? {}) as Tree
}

function textsOf(list: unknown): string[] {
  return listOf(list).map((each) => text(child(each, 'String')['sval']))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}
