import type { ParsedStatement } from '../migrations/parsed-statement.js'
import { parseSql } from '../sql-syntax/parse-sql.js'
import { nodesIn, objectsIn, type SyntaxNode } from '../sql-syntax/syntax-tree.js'

/** What a contract step takes away. */
export interface ContractTarget {
  readonly table: string
  readonly column?: string
}

/** Whether a statement uses it. What cannot be excluded counts, and is told apart. */
export type Use = 'uses' | 'may use'

/** A statement of a service, as it was sent. */
export interface SentStatement {
  readonly text: string
  /** Whether only its begin is known. */
  readonly isCut: boolean
}

/**
 * Whether a statement uses a table or a column of it. Names count as PostgreSQL would find them; where that depends on what
 * only the server knows, the statement may use it.
 *
 * @param schema - The service's; a name with another schema is not meant.
 */
export async function useIn(
  { text, isCut }: SentStatement,
  target: ContractTarget,
  schema: string,
): Promise<Use | undefined> {
  if (isCut) return 'may use'
  const { tree } = await parseSql(text)
  if (tree === undefined) return mentions(text, target) ? 'may use' : undefined
  const nodes = [...nodesIn(tree)]
  const relations = relationsIn(tree, schema)
  // A value of the table's type has all its columns: `jsonb_populate_record(null::profiles, $1)`.
  if (
    [...objectsIn(tree)].some((object) => 'typemod' in object && lastName(object['names']) === target.table)
  )
    return 'uses'
  const isMeant = relations.some(({ name }) => name === target.table)
  if (!isMeant) return isQuoted(nodes, target) ? 'may use' : undefined
  const { column } = target
  if (column === undefined) return 'uses'
  // Names of its own for the columns, by their order.
  if (relations.some(({ name, isRenamed }) => name === target.table && isRenamed)) return 'may use'
  const names = new Set(relations.filter(({ name }) => name === target.table).map(({ called }) => called))
  const scope = { column, names, isAlone: relations.length === 1, table: target.table }
  const found = nodes.flatMap((node) => useOf(node, scope) ?? [])
  if (found.includes('uses')) return 'uses'
  return found.length > 0 || isQuoted(nodes, target) ? 'may use' : undefined
}

interface Scope {
  readonly table: string
  readonly column: string
  /** What the table is called in the statement. */
  readonly names: ReadonlySet<string>
  /** Whether the statement has no other relation. */
  readonly isAlone: boolean
}

function useOf({ kind, node }: SyntaxNode, scope: Scope): Use | undefined {
  switch (kind) {
    case 'ColumnRef':
      return useOfReference(node, scope)
    case 'InsertStmt':
      return isTable(node['relation'], scope) ? useOfInsert(node, scope) : undefined
    case 'UpdateStmt':
      return isTable(node['relation'], scope) && assigns(node['targetList'], scope) ? 'uses' : undefined
    case 'MergeStmt':
      return isTable(node['relation'], scope) ? 'may use' : undefined
    case 'CopyStmt':
      return isTable(node['relation'], scope) && (!node['attlist'] || hasText(node['attlist'], scope.column))
        ? 'uses'
        : undefined
    case 'JoinExpr':
      if (node['isNatural'] === true) return 'may use'
      return hasText(node['usingClause'], scope.column) ? 'uses' : undefined
    case 'A_Indirection':
      return hasText(node['indirection'], scope.column) ? 'may use' : undefined
    case 'AlterTableStmt':
    case 'IndexStmt':
      return isTable(node['relation'], scope) ? 'may use' : undefined
    default:
      return undefined
  }
}

function useOfReference(node: SyntaxNode['node'], { column, names, isAlone }: Scope): Use | undefined {
  const fields = (node['fields'] as readonly ParsedStatement[] | undefined) ?? []
  const last = fields.at(-1)
  const owner = fields.at(-2)?.String?.sval
  const isOurs = owner === undefined || names.has(owner) || rowsOfAWrite.has(owner)
  const name = last?.String?.sval
  if (last?.A_Star || name === column) {
    if (!isOurs) return undefined
    return owner !== undefined || isAlone ? 'uses' : 'may use'
  }
  // The row as a whole.
  return fields.length === 1 && name !== undefined && names.has(name) ? 'uses' : undefined
}

/** How a statement calls the rows that it writes. */
const rowsOfAWrite = new Set(['excluded', 'new', 'old'])

function useOfInsert(node: SyntaxNode['node'], scope: Scope): Use | undefined {
  // DEFAULT VALUES names nothing; a list without columns means all of them.
  if (node['cols'] === undefined) return node['selectStmt'] === undefined ? undefined : 'uses'
  if (assigns(node['cols'], scope)) return 'uses'
  const conflict = node['onConflictClause'] as Readonly<Record<string, unknown>> | undefined
  if (conflict === undefined) return undefined
  if (assigns(conflict['targetList'], scope)) return 'uses'
  for (const { kind, node: part } of nodesIn(conflict['infer'])) {
    if (kind === 'IndexElem' && part['name'] === scope.column) return 'uses'
  }
  const { conname } = (conflict['infer'] as { conname?: string } | undefined) ?? {}
  return conname === undefined ? undefined : 'may use'
}

function assigns(targets: unknown, { column }: Scope): boolean {
  const list = (targets as readonly ParsedStatement[] | undefined) ?? []
  return list.some(({ ResTarget }) => ResTarget?.name === column)
}

function isTable(relation: unknown, { table }: Scope): boolean {
  return (relation as { relname?: string } | undefined)?.relname === table
}

function hasText(list: unknown, text: string): boolean {
  return ((list as readonly ParsedStatement[] | undefined) ?? []).some((item) => item.String?.sval === text)
}

interface Relation {
  /** Empty for what is no table of the service. */
  readonly name: string
  readonly called: string
  /** Whether its columns are called otherwise, too. */
  readonly isRenamed: boolean
}

function lastName(list: unknown): string | undefined {
  return (list as readonly ParsedStatement[] | undefined)?.at(-1)?.String?.sval
}

/** The tables that a statement names, and what it calls them. */
function relationsIn(tree: unknown, schema: string): Relation[] {
  const relations: Relation[] = []
  for (const object of objectsIn(tree)) {
    const { relname, schemaname, alias } = object as {
      relname?: unknown
      schemaname?: unknown
      alias?: { aliasname?: string; colnames?: unknown }
    }
    if (typeof relname === 'string') {
      const isOther = schemaname !== undefined && schemaname !== schema
      const isRenamed = alias?.colnames !== undefined
      relations.push({ name: isOther ? '' : relname, called: alias?.aliasname ?? relname, isRenamed })
    } else if (alias?.aliasname !== undefined) {
      relations.push({ name: '', called: alias.aliasname, isRenamed: false })
    }
  }
  return relations
}

/** Whether SQL within SQL names it: a string that a function or DO runs. */
function isQuoted(nodes: readonly SyntaxNode[], target: ContractTarget): boolean {
  return nodes.some(({ kind, node }) => {
    const text = kind === 'A_Const' ? (node['sval'] as { sval?: string } | undefined)?.sval : node['sval']
    return typeof text === 'string' && mentions(text, target)
  })
}

function mentions(text: string, { table, column = table }: ContractTarget): boolean {
  const words = new Set(text.toLowerCase().split(/[^\p{L}\p{N}_$]+/u))
  return words.has(table) && words.has(column)
}
