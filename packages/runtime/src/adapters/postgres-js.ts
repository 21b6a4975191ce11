import {
  inTransaction,
  type NamedStatement,
  type Queryable,
  type QueryResult,
  type TransactionState,
} from '../database/index.js'
import type { KeyStore } from '../personal/index.js'
import { JsonValue } from '../statements/json.js'

/** What is used of `sql` of postgres.js. */
export interface PostgresJs {
  unsafe(text: string, values: never[], options: { prepare: boolean }): PromiseLike<unknown>
  typed(value: never, oid: number): unknown
}

/** What postgres.js answers: a list of rows that knows more than its length. */
type RowList = object[] & { readonly count?: number | null; readonly command?: string }

/** The server then decides by the column, and postgres.js has nothing that it would make of such a value. */
const unknownOid = 705

/**
 * Lets events, entities and logs work on postgres.js: on `sql`, or on that of a transaction, which `sql.begin` gives.
 * Values come back as postgres.js reads them: a `bigint` is a text.
 *
 * @param sql - It is a transaction when it has savepoints.
 * @param options - `keys`: those of personal data.
 */
export function queryableOfPostgresJs(
  sql: PostgresJs,
  { keys }: { readonly keys?: KeyStore } = {},
): Queryable & TransactionState {
  return {
    keys,
    [inTransaction]: 'savepoint' in sql,
    async query<R extends object>(
      statement: string | NamedStatement,
      values?: readonly unknown[],
    ): Promise<QueryResult<R>> {
      const { text, values: own = [], name } = typeof statement === 'string' ? { text: statement } : statement
      const bound = (values ?? own).map((value) => boundValue(sql, value))
      // Without prepare, each statement costs a round trip more, in which its parameters are described.
      const rows = (await sql.unsafe(text, bound as never[], { prepare: name !== undefined })) as RowList
      const { count, command } = rows
      return {
        rows: [...rows] as R[],
        rowCount: count ?? null,
        ...(command !== undefined && { command }),
      }
    },
  }
}

/**
 * Drizzle takes away from its postgres.js what makes JSON of objects and texts of dates; so that is done here.
 */
function boundValue(sql: PostgresJs, value: unknown): unknown {
  if (value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof JsonValue) return sql.typed(value.toPostgres() as never, unknownOid)
  if (isPlainObject(value)) return sql.typed(JSON.stringify(value) as never, unknownOid)
  return value
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
