import type { QueryExecutorProvider } from 'kysely'
import {
  inTransaction,
  type NamedStatement,
  type Queryable,
  type QueryResult,
  type TransactionState,
} from '../database/index.js'
import type { KeyStore } from '../personal/index.js'
import { namedQuery } from './named-query.js'
import { keysOf } from './service-adapter.js'

/**
 * Lets entities and logs work on a Kysely instance or inside a Kysely transaction. Statements stay prepared
 * when the instance is one of {@link kyselyFor}.
 * Whether it is a transaction is known: events are appended in one only.
 *
 * @param options - `keys`: those of personal data; an instance of {@link kyselyFor} brings those of its database.
 */
export function queryableOf(
  kysely: QueryExecutorProvider,
  options: { readonly keys?: KeyStore } = {},
): Queryable & TransactionState {
  return {
    keys: options.keys ?? keysOf(kysely.getExecutor().adapter),
    [inTransaction]: 'isTransaction' in kysely ? kysely.isTransaction === true : undefined,
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
