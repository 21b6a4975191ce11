import { FreeholdError } from '@freehold/manifest/errors'
import {
  inTransaction,
  type NamedStatement,
  type Queryable,
  type QueryResult,
  type TransactionState,
} from '../database/index.js'
import type { KeyStore } from '../personal/index.js'
import { queryableOfPostgresJs, type PostgresJs } from './postgres-js.js'

/** What a database and a transaction of Drizzle have in common. */
export interface Drizzle {
  execute(query: never): PromiseLike<unknown>
  transaction(work: never): Promise<unknown>
}

/**
 * Lets events, entities and logs work on Drizzle over `pg` or postgres.js: on a database, or in a transaction. They
 * use the driver's connection underneath, so that statements stay prepared and values are those of the driver;
 * Drizzle's logger does not see them.
 *
 * @param db - It is a transaction when it can be rolled back.
 * @param options - `keys`: those of personal data.
 * @throws FreeholdError `FREEHOLD_ADAPTER_UNSUPPORTED` when it is over another driver.
 */
export function queryableOfDrizzle(
  db: Drizzle,
  { keys }: { readonly keys?: KeyStore } = {},
): Queryable & TransactionState {
  const driver = driverOf(db)
  return {
    keys,
    [inTransaction]: 'rollback' in db,
    query<R extends object>(
      statement: string | NamedStatement,
      values?: readonly unknown[],
    ): Promise<QueryResult<R>> {
      return driver.query<R>(statement, values)
    },
  }
}

/** The connection that Drizzle sends its own statements on; in a transaction, the one that has begun it. */
function driverOf(db: Drizzle): Queryable {
  const client = (db as { readonly session?: { readonly client?: object } }).session?.client
  if (client !== undefined && 'unsafe' in client) return queryableOfPostgresJs(client as PostgresJs)
  if (client !== undefined && 'query' in client) return client as Queryable
  throw new FreeholdError('FREEHOLD_ADAPTER_UNSUPPORTED', {
    message: 'This is not Drizzle over pg or postgres.js.',
  })
}
