import type { ParseResult } from 'libpg-query'
import { parseSql } from '../sql-syntax/parse-sql.js'
import { columnsCopied, insteadOfCopy, type Copy } from './copies.js'
import type { ReadVariant } from './read-statement.js'
import type { SideSession } from './side.js'
import { shapeOf } from './statement-shape.js'

/** What is tried for a statement that cannot be prepared. */
export interface StandIn {
  readonly variant: ReadVariant
  readonly copy?: Copy
}

/** Why nothing can stand for a statement. */
export interface NoStandIn {
  readonly reason: string
}

// Before the query nothing else is called `for`, but the cursor itself may be, in quotes.
const beforeQuery =
  /^\s*declare\s+(?:"(?:[^"]|"")*"|[^\s"]+)\s+(?:(?:binary|asensitive|insensitive|no|scroll)\s+)*cursor\s+(?:(?:with|without)\s+hold\s+)?for\s+/i

/**
 * A statement that can be prepared, in place of one that cannot: the query of a cursor or of a COPY, one row for a COPY
 * into a table. Undefined where the statement needs none.
 */
export async function standInFor(
  session: SideSession,
  variant: ReadVariant,
): Promise<StandIn | NoStandIn | undefined> {
  switch (variant.shape.kind) {
    case 'DeclareCursorStmt':
      return (await query(variant.text.replace(beforeQuery, ''), variant)) ?? unread
    case 'CopyStmt':
      return ofCopy(session, variant)
    default:
      return undefined
  }
}

const unread: NoStandIn = { reason: 'its query could not be made out' }

async function ofCopy(session: SideSession, variant: ReadVariant): Promise<StandIn | NoStandIn> {
  const node = copyNode((await parseSql(variant.text)).tree)
  if (node.query !== undefined) return (await queryOfCopy(variant)) ?? unread
  if (node.whereClause !== undefined) return { reason: 'it is a COPY with a condition' }
  if (isBinary(node)) return { reason: 'it is a COPY in binary format' }
  const columns = node.attlist?.map(({ String: { sval } }) => sval)
  const copy: Copy = {
    table: node.relation?.relname ?? '',
    ...(node.relation?.schemaname !== undefined && { schema: node.relation.schemaname }),
    isFrom: node.is_from === true,
    ...(columns && { columns }),
  }
  const all = columns ?? (await columnsCopied(session, copy))
  const standIn = await query(insteadOfCopy(copy, all), variant)
  return standIn === undefined ? unread : { ...standIn, copy }
}

/** `copy (select …) to stdout`: what is in the parentheses, whatever others follow or are in it. */
async function queryOfCopy(variant: ReadVariant): Promise<StandIn | undefined> {
  const { text } = variant
  const begin = text.indexOf('(') + 1
  for (let end = text.lastIndexOf(')'); end > begin; end = text.lastIndexOf(')', end - 1)) {
    const found = await query(text.slice(begin, end), variant)
    if (found !== undefined) return found
  }
  return undefined
}

async function query(text: string, { isConstant }: ReadVariant): Promise<StandIn | undefined> {
  const { tree } = await parseSql(text)
  if (tree?.stmts?.length !== 1) return undefined
  const shape = shapeOf(tree)
  return shape.kind === 'CopyStmt' || shape.kind === 'DeclareCursorStmt'
    ? undefined
    : { variant: { text, isConstant, shape } }
}

interface CopyNode {
  readonly relation?: { readonly relname?: string; readonly schemaname?: string }
  readonly query?: unknown
  readonly whereClause?: unknown
  readonly is_from?: boolean
  readonly attlist?: readonly { readonly String: { readonly sval: string } }[]
  readonly options?: readonly { readonly DefElem: { readonly defname: string; readonly arg?: unknown } }[]
}

function copyNode(tree: ParseResult | undefined): CopyNode {
  const statement = (tree?.stmts?.[0]?.stmt ?? {}) as { readonly CopyStmt?: CopyNode }
  return statement.CopyStmt ?? {}
}

function isBinary({ options = [] }: CopyNode): boolean {
  return options.some(({ DefElem: { defname, arg } }) => {
    const format = (arg as { readonly String?: { readonly sval?: string } } | undefined)?.String?.sval
    return defname === 'format' && format === 'binary'
  })
}
