import type pg from 'pg'

/**
 * The schema in which `pg_stat_statements` is installed in the database of a connection, which need not be on its search
 * path.
 *
 * @returns Undefined where it is not installed.
 */
export async function statisticsSchema(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ schema: string }>(
    "select n.nspname::text as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'",
  )
  return rows[0]?.schema
}
