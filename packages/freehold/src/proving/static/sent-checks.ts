import type { Service, System } from '@freehold/manifest'
import { databaseOf, rolesOf } from '@freehold/manifest'
import type pg from 'pg'
import type { Finding } from '../finding.js'
import { mark } from '../make-attacks.js'
import { namesIn } from './names-in-sql.js'
import { violations } from './ownership-rules.js'

/**
 * Reads the statements that services really sent, where `pg_stat_statements` remembers them. It is looked for in the
 * administrator's database, since in theirs it would tell each service what its neighbours do.
 */
export async function checkSent(
  client: pg.Client,
  system: System,
  services: readonly Service[],
): Promise<Finding[]> {
  const schema = await schemaOfStatements(client)
  const findings: Finding[] = []
  for (const service of services) {
    const base = { chapter: 'static', id: 'sent', service: service.name, against: 'statements' } as const
    if (schema === undefined) {
      findings.push({
        ...base,
        what: 'the statements that it sends speak of nothing that is not its own',
        verdict: 'not looked at',
        says: "pg_stat_statements is not installed in the administrator's database",
        optional: true,
      })
      continue
    }
    const { rows } = await client.query<{ query: string }>(
      `select distinct s.query
       from "${schema}".pg_stat_statements s
       join pg_database d on d.oid = s.dbid
       join pg_roles r on r.oid = s.userid
       where d.datname = $1 and r.rolname = $2`,
      [databaseOf(system, service), rolesOf(service).app],
    )
    findings.push(...(await judged(service, base, rows)))
  }
  return findings
}

async function judged(
  service: Service,
  base: Pick<Finding, 'chapter' | 'id' | 'service' | 'against'>,
  rows: readonly { readonly query: string }[],
): Promise<Finding[]> {
  const wrong: Finding[] = []
  for (const { query } of rows) {
    // Our own attacks were sent by the same role; a statement that is cut off is none.
    if (query.includes(mark)) continue
    const names = await namesIn(query)
    for (const violation of names === undefined ? [] : violations(service, names))
      wrong.push({
        ...base,
        what: `a statement ${violation}`,
        verdict: 'failed',
        says: query.slice(0, 200),
        repair: 'Ask the service whose it is by its API, or hear its events.',
      })
  }
  if (wrong.length > 0) return wrong
  return [
    { ...base, what: `${rows.length} statements speak of nothing that is not its own`, verdict: 'held' },
  ]
}

async function schemaOfStatements(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ schema: string }>(
    `select n.nspname::text as schema
     from pg_extension e
     join pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'pg_stat_statements' and current_setting('shared_preload_libraries') like '%pg_stat_statements%'`,
  )
  return rows[0]?.schema
}
