import { objectsIn } from '../../sql-syntax/syntax-tree.js'
import type { ParsedStatement } from '../../migrations/parsed-statement.js'

/** All nodes in a parse tree, the outer ones first. */
export function nodesIn(node: unknown): Generator<ParsedStatement> {
  return objectsIn(node) as Generator<ParsedStatement>
}

/** The commands of an ALTER TABLE, with the table that they are about. */
export function commandsOf({ AlterTableStmt: statement }: ParsedStatement): {
  readonly table: string
  readonly commands: readonly NonNullable<ParsedStatement['AlterTableCmd']>[]
} {
  const commands = (statement?.cmds ?? []).flatMap((each: ParsedStatement) => each.AlterTableCmd ?? [])
  return { table: statement?.relation?.relname ?? '', commands }
}

/** The last part of each name that a DROP lists: `drop table a, s.b` gives a and b. */
export function droppedNames(objects: readonly ParsedStatement[] | undefined): string[] {
  return (objects ?? []).flatMap(({ List, TypeName, ObjectWithArgs }) => {
    const parts = List?.items ?? TypeName?.names ?? ObjectWithArgs?.objname ?? []
    return textOf(parts.at(-1)) ?? []
  })
}

/** The tables whose names a statement gives up. */
export function tablesGone({ DropStmt, RenameStmt }: ParsedStatement): string[] {
  if (DropStmt?.removeType === 'OBJECT_TABLE') return droppedNames(DropStmt.objects)
  const renamed = RenameStmt?.renameType === 'OBJECT_TABLE' ? RenameStmt.relation?.relname : undefined
  return renamed === undefined ? [] : [renamed]
}

/** The relation that a statement makes, where it makes one. */
export function relationMade(node: ParsedStatement): string | undefined {
  const { CreateStmt, ViewStmt, CreateTableAsStmt } = node
  return CreateStmt?.relation?.relname ?? ViewStmt?.view?.relname ?? CreateTableAsStmt?.into?.rel?.relname
}

/** The last part of the name of a function: `pg_catalog.now` is now. */
export function functionName(names: readonly ParsedStatement[] | undefined): string {
  return textOf(names?.at(-1)) ?? ''
}

/** A foreign key, by what it refers to. */
export interface ForeignKey {
  readonly to: string
  /** Rows on this side are removed or changed with those on the other. */
  readonly cascades: boolean
  readonly offset: number | undefined
}

/** Foreign keys that are declared anywhere in a node. */
export function foreignKeysIn(node: unknown): ForeignKey[] {
  return [...nodesIn(node)].flatMap(({ Constraint: key }) => {
    if (key?.contype !== 'CONSTR_FOREIGN') return []
    const acts = [key.fk_del_action, key.fk_upd_action].some((act) => ['c', 'n', 'd'].includes(act ?? ''))
    return { to: key.pktable?.relname ?? '', cascades: acts, offset: key.location }
  })
}

function textOf(node: ParsedStatement | undefined): string | undefined {
  return node?.String?.sval
}
