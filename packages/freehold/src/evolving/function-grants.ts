import { rolesOf, type Service } from '@freehold/manifest'
import type pg from 'pg'
import { nodesIn } from '../sql-syntax/syntax-tree.js'
import { identifier } from './names.js'
import { parseSql } from '../sql-syntax/parse-sql.js'

/**
 * Lets the app of a service call the functions of it that expressions call, where it may not yet: a trigger runs as whoever
 * writes.
 */
export async function functionGrants(
  session: pg.Client,
  service: Service,
  expressions: readonly string[],
): Promise<string[]> {
  const trees = await Promise.all(expressions.map((expression) => parseSql(`select ${expression}`)))
  const called = trees.flatMap(({ tree }) =>
    [...nodesIn(tree)].flatMap(({ kind, node }) => (kind === 'FuncCall' ? [nameOf(node['funcname'])] : [])),
  )
  const { app } = rolesOf(service)
  const { rows } = await session.query<{ signature: string }>(
    `select p.oid::regprocedure::text as signature
     from pg_proc p
     where
       p.pronamespace = $1::regnamespace
       and p.proname = any ($2)
       and not has_function_privilege($3::name, p.oid, 'execute')
     order by 1`,
    [service.schema, called, app],
  )
  return rows.map(({ signature }) => `grant execute on function ${signature} to ${identifier(app)};`)
}

function nameOf(list: unknown): string {
  const last = (list as readonly { String?: { sval?: string } }[] | undefined)?.at(-1)
  return last?.String?.sval ?? ''
}
