import { databaseOf, rolesOf, type Service, type System } from '@freehold/manifest'
import type pg from 'pg'
import { statisticsSchema } from './statistics-schema.js'

/**
 * The texts that the app of a service sent, as `pg_stat_statements` remembers them: with a parameter in the place of each
 * constant. It is looked for in the administrator's database, since in that of a service it would tell the service what its
 * neighbours do.
 *
 * @param client - The administrator's, in the database that it administers from.
 * @returns Undefined where the extension is not there, or the server was started without it.
 */
export async function sentStatements(
  client: pg.Client,
  system: System,
  service: Service,
): Promise<string[] | undefined> {
  const schema = await statisticsSchema(client)
  if (schema === undefined || !(await isLoaded(client))) return undefined
  const { rows } = await client.query<{ query: string }>(
    `select distinct s.query
     from "${schema}".pg_stat_statements s
     join pg_database d on d.oid = s.dbid
     join pg_roles r on r.oid = s.userid
     where d.datname = $1 and r.rolname = $2
     order by s.query`,
    [databaseOf(system, service), rolesOf(service).app],
  )
  return rows.map(({ query }) => query)
}

/** An extension whose library the server was not started with can be installed, and not be asked. */
async function isLoaded(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ loaded: boolean }>(
    "select current_setting('shared_preload_libraries') like '%pg_stat_statements%' as loaded",
  )
  return rows[0]?.loaded === true
}
