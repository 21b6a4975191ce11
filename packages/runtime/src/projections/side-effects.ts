import type { Queryable } from '../database/index.js'
import { prepared } from '../statements/prepared.js'

/** How often tables were written, by their names. */
export type Writes = Readonly<Record<string, number>>

/** $1: the schema of which the tables are left out. The counts may be of earlier transactions, too: two are compared. */
const writing = prepared(
  `select coalesce(jsonb_object_agg(c.oid::regclass::text, w.writes), '{}') as writes
   from pg_class c
   cross join lateral (
     select pg_stat_get_xact_tuples_inserted(c.oid) + pg_stat_get_xact_tuples_updated(c.oid)
       + pg_stat_get_xact_tuples_deleted(c.oid) as writes
   ) w
   where c.oid >= 16384 and c.relkind = 'r' and w.writes > 0
     and c.relnamespace is distinct from to_regnamespace($1)`,
)

/** What this connection has written outside of a schema, as the server counts it. */
export async function writesOutside(tx: Queryable, schema: string): Promise<Writes> {
  const { rows } = await tx.query<{ writes: Writes }>({ ...writing, values: [schema] })
  return rows[0]?.writes ?? {}
}

/** The tables that were written between two counts. */
export function writtenBetween(before: Writes, after: Writes): string[] {
  return Object.keys(after).filter((table) => (after[table] ?? 0) > (before[table] ?? 0))
}
