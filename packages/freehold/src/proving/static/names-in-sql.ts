import type { GrantStmt, Node, ParseResult } from 'libpg-query'
import { parseSql } from '../../sql-syntax/parse-sql.js'

/** A name with a schema, and what a statement does with it. */
export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

/** Who may call which functions, or may not any more. */
export interface FunctionGrant {
  readonly roles: readonly string[]
  readonly functions: readonly { readonly schema?: string; readonly name: string }[]
}

/** What a text of SQL speaks of. */
export interface SqlNames {
  readonly qualified: readonly QualifiedName[]
  /** Kinds of statements, as the parser calls them: `GrantStmt`. */
  readonly kinds: readonly string[]
  /** Each GRANT and REVOKE that is about functions; those statements are not among the kinds. */
  readonly functionGrants: readonly FunctionGrant[]
  /** Relations without a schema. */
  readonly plain: readonly string[]
  /** Bodies of functions and DO blocks, with their language. */
  readonly bodies: readonly { readonly language: string; readonly text: string; readonly isDo: boolean }[]
  /** Where functions act for their owner without a search_path of their own. */
  readonly unsafeDefiners: readonly string[]
}

/**
 * What the statements of a text speak of, by PostgreSQL's own parser.
 *
 * @returns Undefined when it is no SQL that the parser knows.
 */
export async function namesIn(sql: string): Promise<SqlNames | undefined> {
  const { tree } = await parseSql(sql)
  return tree && collect(tree)
}

interface Found {
  readonly qualified: QualifiedName[]
  readonly kinds: string[]
  readonly functionGrants: FunctionGrant[]
  readonly plain: string[]
  readonly bodies: { language: string; text: string; isDo: boolean }[]
  readonly unsafeDefiners: string[]
}

function collect({ stmts = [] }: ParseResult): SqlNames {
  const found: Found = {
    qualified: [],
    kinds: [],
    functionGrants: [],
    plain: [],
    bodies: [],
    unsafeDefiners: [],
  }
  for (const { stmt } of stmts) {
    if (stmt === undefined) continue
    const grant = 'GrantStmt' in stmt ? grantOfFunctions(stmt.GrantStmt) : undefined
    if (grant) found.functionGrants.push(grant)
    else found.kinds.push(...Object.keys(stmt))
    walk(stmt, found)
  }
  return found
}

const routines = ['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE']

/** Undefined where it is about something else, passes on the right to grant, or names no function. */
function grantOfFunctions(statement: GrantStmt): FunctionGrant | undefined {
  const { objtype = '', targtype, grant_option: passesOn, grantees = [], objects = [] } = statement
  if (!routines.includes(objtype) || targtype !== 'ACL_TARGET_OBJECT' || passesOn === true) return undefined
  return {
    roles: grantees.map((grantee) => ('RoleSpec' in grantee ? (grantee.RoleSpec.rolename ?? 'PUBLIC') : '')),
    functions: objects.map((object) => {
      const parts = 'ObjectWithArgs' in object ? (object.ObjectWithArgs.objname ?? []) : []
      const [schema, name = ''] = [textOf(parts.at(-2)), textOf(parts.at(-1))]
      return { name, ...(schema !== undefined && { schema }) }
    }),
  }
}

function walk(node: unknown, found: Found): void {
  if (Array.isArray(node)) {
    for (const each of node) walk(each, found)
    return
  }
  if (typeof node !== 'object' || node === null) return
  const of = node as Readonly<Record<string, unknown>>
  if (typeof of['relname'] === 'string') relation(of, found)
  for (const list of ['funcname', 'names', 'objname']) named(of[list], found)
  if ('DropStmt' in of) dropped(of['DropStmt'], found)
  if ('CreateFunctionStmt' in of) body(of['CreateFunctionStmt'], false, found)
  if ('DoStmt' in of) body(of['DoStmt'], true, found)
  for (const value of Object.values(of)) walk(value, found)
}

function relation({ schemaname, relname }: Readonly<Record<string, unknown>>, found: Found): void {
  if (typeof relname !== 'string') return
  if (typeof schemaname === 'string') found.qualified.push({ schema: schemaname, name: relname })
  else found.plain.push(relname)
}

/** `["auth", "f"]`, the name of a function or a type. */
function named(list: unknown, found: Found): void {
  if (!Array.isArray(list) || list.length < 2) return
  const [schema, name] = (list as Node[])
    .map((part) => ('String' in part ? part.String.sval : undefined))
    .slice(-2)
  if (schema !== undefined && name !== undefined) found.qualified.push({ schema, name })
}

const droppedByName = ['TABLE', 'VIEW', 'MATVIEW', 'SEQUENCE', 'INDEX', 'TYPE', 'DOMAIN', 'FOREIGN_TABLE']

/** `drop table auth.credentials` holds its names as lists; `drop trigger` the table's and its own. */
function dropped(statement: unknown, found: Found): void {
  const { removeType = '', objects = [] } = statement as { removeType?: string; objects?: readonly unknown[] }
  if (!droppedByName.includes(removeType.replace('OBJECT_', ''))) return
  for (const object of objects) {
    const { List, TypeName } = object as { List?: { items?: unknown }; TypeName?: { names?: unknown } }
    named(List?.items ?? TypeName?.names, found)
  }
}

interface Options {
  readonly funcname?: readonly Node[]
  readonly options?: readonly { readonly DefElem?: { readonly defname?: string; readonly arg?: unknown } }[]
  readonly args?: Options['options']
}

function body(statement: unknown, isDo: boolean, found: Found): void {
  const { options, args, funcname = [] } = statement as Options
  const option = (name: string): unknown =>
    (options ?? args ?? []).find(({ DefElem }) => DefElem?.defname === name)?.DefElem?.arg
  const language = textOf(option('language')) ?? (isDo ? 'plpgsql' : 'sql')
  const text = textOf(option('as'))
  if (text !== undefined) found.bodies.push({ language: language.toLowerCase(), text, isDo })
  const acts = option('security') as { readonly Boolean?: { readonly boolval?: boolean } } | undefined
  const path = JSON.stringify(options ?? []).includes('"search_path"')
  if (acts?.Boolean?.boolval === true && !path)
    found.unsafeDefiners.push(textOf(funcname.at(-1)) ?? 'a function')
}

function textOf(node: unknown): string | undefined {
  const { String: text, List: list } = (node ?? {}) as {
    readonly String?: { readonly sval?: string }
    readonly List?: { readonly items?: readonly unknown[] }
  }
  return text?.sval ?? (list?.items ? textOf(list.items[0]) : undefined)
}
