import { parsedNames, type ParsedStatement, type RelationName } from './parsed-statement.js'

/**
 * A statement that PostgreSQL refuses inside a transaction block, by how its outcome is known after a crash:
 * the catalog tells it of some, some may just run again, and of the rest (`opaque`) nobody can tell.
 */
export type OutsideStatement =
  | { readonly kind: 'create-index'; readonly index: RelationName; readonly table: RelationName }
  | { readonly kind: 'drop-index'; readonly index: RelationName }
  | { readonly kind: 'detach-partition'; readonly table: RelationName; readonly partition: RelationName }
  /** Without a name it is the schema's. */
  | { readonly kind: 'reindex'; readonly schema?: string; readonly name?: string }
  | { readonly kind: 'repeatable' }
  | { readonly kind: 'opaque' }

/** What the statement is, when it cannot run in a transaction. */
export function outsideTransaction(statement: ParsedStatement): OutsideStatement | undefined {
  return (
    concurrentIndex(statement) ??
    concurrentDrop(statement) ??
    concurrentDetachment(statement) ??
    reindexing(statement) ??
    maintenance(statement) ??
    ofTheServer(statement)
  )
}

function concurrentIndex({ IndexStmt: index }: ParsedStatement): OutsideStatement | undefined {
  const table = index?.relation
  if (!index?.concurrent || index.idxname === undefined || table?.relname === undefined) return undefined
  // An index lies in the schema of its table.
  const schema = table.schemaname !== undefined && { schema: table.schemaname }
  return {
    kind: 'create-index',
    index: { name: index.idxname, ...schema },
    table: { name: table.relname, ...schema },
  }
}

function concurrentDrop({ DropStmt: drop }: ParsedStatement): OutsideStatement | undefined {
  if (!drop?.concurrent) return undefined
  const parts = parsedNames(drop.objects?.[0])
  const name = parts.at(-1)
  const schema = parts.at(-2)
  if (name === undefined) return { kind: 'opaque' }
  return { kind: 'drop-index', index: { name, ...(schema !== undefined && { schema }) } }
}

function concurrentDetachment({ AlterTableStmt: alter }: ParsedStatement): OutsideStatement | undefined {
  for (const { AlterTableCmd: command } of (alter?.cmds ?? []) as readonly ParsedStatement[]) {
    const { PartitionCmd: detached }: ParsedStatement = command?.def ?? {}
    if (command?.subtype !== 'AT_DetachPartition' || !detached?.concurrent) continue
    const [table, partition] = [alter?.relation, detached.name]
    if (table?.relname === undefined || partition?.relname === undefined) return { kind: 'opaque' }
    return {
      kind: 'detach-partition',
      table: { name: table.relname, ...(table.schemaname !== undefined && { schema: table.schemaname }) },
      partition: {
        name: partition.relname,
        ...(partition.schemaname !== undefined && { schema: partition.schemaname }),
      },
    }
  }
  return undefined
}

function reindexing({ ReindexStmt: reindex }: ParsedStatement): OutsideStatement | undefined {
  if (!reindex) return undefined
  const isOfOne = reindex.kind === 'REINDEX_OBJECT_TABLE' || reindex.kind === 'REINDEX_OBJECT_INDEX'
  if (!isOn(reindex.params, 'concurrently')) return isOfOne ? undefined : { kind: 'repeatable' }
  const { relname: name, schemaname } = reindex.relation ?? {}
  const schema = isOfOne ? schemaname : reindex.name
  return {
    kind: 'reindex',
    ...(schema !== undefined && { schema }),
    ...(isOfOne && name !== undefined && { name }),
  }
}

function maintenance({ VacuumStmt, ClusterStmt }: ParsedStatement): OutsideStatement | undefined {
  if (VacuumStmt?.is_vacuumcmd) return { kind: 'repeatable' }
  return ClusterStmt && !ClusterStmt.relation ? { kind: 'repeatable' } : undefined
}

/** They concern more than the service's own, so a run has no right to them; the server says so outside alone. */
function ofTheServer(statement: ParsedStatement): OutsideStatement | undefined {
  const kinds = [
    'CreatedbStmt',
    'DropdbStmt',
    'AlterSystemStmt',
    'CreateTableSpaceStmt',
    'DropTableSpaceStmt',
    'CreateSubscriptionStmt',
    'DropSubscriptionStmt',
  ] as const
  return kinds.some((kind) => statement[kind]) ? { kind: 'opaque' } : undefined
}

/** Whether an option such as `(concurrently)` is given and not switched off. */
function isOn(options: readonly ParsedStatement[] | undefined, name: string): boolean {
  const option = options?.find(({ DefElem }) => DefElem?.defname === name)?.DefElem
  if (!option) return false
  const argument: ParsedStatement | undefined = option.arg
  const value = argument?.String?.sval ?? argument?.Integer?.ival ?? argument?.Boolean?.boolval ?? true
  return value !== 0 && value !== false && !['off', 'false'].includes(String(value))
}
