import type pg from 'pg'
import type { NamedStatement, QueryResult } from './queryable.js'
import { StatementGroup } from './statement-group.js'

/** Sends one statement on a client. */
export function send(
  client: pg.PoolClient,
  statement: string | NamedStatement,
  values?: readonly unknown[],
): Promise<QueryResult> {
  return client.query(merged(statement, values) as pg.QueryConfig)
}

/** Sends several statements on a client in one packet, as {@link StatementGroup} has it. */
export function sendTogether(
  client: pg.PoolClient,
  statements: readonly NamedStatement[],
): Promise<QueryResult[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new StatementGroup(statements, (error, results) => {
        if (error) reject(error)
        else resolve(results)
      }),
    )
  })
}

/**
 * Sends a statement together with those that begin its transaction, such that it does not run when one of them fails.
 *
 * @returns What the statement gave.
 */
export async function sendAfter(
  client: pg.PoolClient,
  begin: readonly string[],
  statement: string | NamedStatement,
  values?: readonly unknown[],
): Promise<QueryResult> {
  const { text, name, values: bound = [] } = merged(statement, values)
  if (name === undefined && bound.length === 0) {
    // Like `pg` by itself: a text without values may hold several statements, in the simple protocol.
    const statements = [...begin, text].map((one) => ({ text: one }))
    const results = (await client.query({
      text: [...begin, text].join(';'),
      statements,
    } as pg.QueryConfig)) as unknown as QueryResult[]
    const own = results.slice(begin.length)
    return (own.length > 1 ? own : own[0]) as QueryResult
  }
  const results = await sendTogether(client, [
    ...begin.map((one) => ({ text: one })),
    { text, values: bound, ...(name !== undefined && { name }) },
  ])
  return results.at(-1) as QueryResult
}

function merged(statement: string | NamedStatement, values?: readonly unknown[]): NamedStatement {
  if (typeof statement === 'string') return { text: statement, ...(values && { values }) }
  return values === undefined ? statement : { ...statement, values }
}
