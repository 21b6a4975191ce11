import type { QueryExecutorProvider } from 'kysely'
import type { NamedStatement, Queryable, QueryResult } from '../database/index.js'
import { namedQuery } from './named-query.js'

/**
 * Lets entities and logs work on a Kysely instance or inside a Kysely transaction. Statements stay prepared
 * when the instance is one of {@link kyselyFor}.
 */
export function queryableOf(kysely: QueryExecutorProvider): Queryable {
  return {
    async query<R extends object>(
      statement: string | NamedStatement,
      values?: readonly unknown[],
    ): Promise<QueryResult<R>> {
      const { rows, numAffectedRows } = await kysely
        .getExecutor()
        .executeQuery<R>(namedQuery<R>(statement, values))
      return { rows, rowCount: numAffectedRows === undefined ? rows.length : Number(numAffectedRows) }
    },
  }
}
