import type pg from 'pg'
import { rolesOf } from '@freehold/manifest'
import type { ExpectedDatabase } from './expected.js'

const question = `
select d.datname::text as name
from pg_database d
where d.datallowconn
  and d.datname <> all ($1::text[])
  and exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x where x.grantee = 0 and x.privilege_type = 'CONNECT')
order by d.datname`

/** What is seen on a server and is not Freehold's to change: other people's databases, the server's settings. */
export async function serverNotes(
  client: pg.Client,
  server: string,
  databases: readonly ExpectedDatabase[],
): Promise<string[]> {
  const ours = [...databases.map(({ name }) => name), 'postgres', 'template1']
  const { rows: open } = await client.query<{ name: string }>(question, [ours])
  const { rows: settings } = await client.query<{ prepared: number }>(
    "select current_setting('max_prepared_transactions')::integer as prepared",
  )
  const apps = databases.flatMap(({ services }) => services.map((service) => rolesOf(service).app))
  return [
    ...open.map(
      ({ name }) =>
        `${server}: the database "${name}" is none of this system and lets PUBLIC connect, so ${apps.join(', ')} may enter it. ` +
        `Revoke it (revoke connect on database ${name} from public), or close it in pg_hba.conf (\`freehold hba\` prints the lines).`,
    ),
    ...((settings[0]?.prepared ?? 0) > 0
      ? [
          `${server}: max_prepared_transactions is above 0. A forgotten prepared transaction of one service holds back vacuum for all; set it to 0.`,
        ]
      : []),
  ]
}
