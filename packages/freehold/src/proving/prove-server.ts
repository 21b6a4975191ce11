import type pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import { type ExpectedDatabase, expectedDatabases } from '../provisioning/expected.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import type { ServerGroup } from '../provisioning/servers.js'
import type { Arena } from './attack-as.js'
import { attackDatabase } from './attack-database.js'
import type { Finding } from './finding.js'
import type { Scope, ServerProof } from './proof.js'
import { requireMigrated } from './provisioned.js'
import { watch } from './residuals/watch.js'
import { limitWaits } from './session.js'
import { checkBodies } from './static/body-checks.js'
import { checkDatabase, checkServer } from './static/catalog-checks.js'
import { checkSent } from './static/sent-checks.js'
import { surveyDatabase } from './survey.js'
import { withVictims } from './victims.js'

/** Attacks one server, and looks at its catalogs. */
export async function proveServer(
  context: ProvisioningContext,
  group: ServerGroup,
  scope: Scope,
  onProgress: (what: string) => void = () => undefined,
): Promise<ServerProof> {
  const { system } = context
  const here = system.services.filter(({ name }) => group.services.includes(name))
  const attacking = here.filter(({ name }) => scope.services.some((service) => service.name === name))
  const databases = expectedDatabases(system, here)
  const touched = databases.filter(({ services }) => services.some((service) => attacking.includes(service)))
  return asAdministrator(group.url, undefined, async (client) => {
    await limitWaits(client)
    const arena = { context, group, scope, here, powerful: await powerfulRoles(client), onProgress }
    const surveys = await Promise.all(
      touched.map(({ name, services }) =>
        asAdministrator(group.url, name, (own) => surveyDatabase(own, name, services)),
      ),
    )
    requireMigrated(system.name, surveys)
    const attacked = await withVictims(context, here, (pids) =>
      Promise.all(surveys.map((survey) => attackDatabase({ ...arena, pids }, survey))),
    )
    onProgress(`looking at the catalogs of ${group.name}`)
    const looked = scope.chapters.includes('static') ? await look(arena, client, databases, touched) : []
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::integer as version",
    )
    return {
      server: group.name,
      version: rows[0]?.version ?? 0,
      findings: [...attacked.flat(), ...looked],
      residuals: touched.length === 0 ? [] : await watch(client, system, group.name, databases),
    }
  })
}

async function look(
  { context, group, scope, here }: Omit<Arena, 'pids'>,
  client: pg.Client,
  databases: readonly ExpectedDatabase[],
  touched: readonly ExpectedDatabase[],
): Promise<Finding[]> {
  if (touched.length === 0) return []
  const inside = await Promise.all(
    touched.map((database) =>
      asAdministrator(group.url, database.name, async (own) => [
        ...(await checkDatabase(own, database)),
        ...(await checkBodies(own, database)),
      ]),
    ),
  )
  const services = here.filter(({ name }) => scope.services.some((service) => service.name === name))
  return [
    ...inside.flat(),
    ...(await checkServer(client, databases)),
    ...(await checkSent(client, context.system, services)),
  ]
}

async function powerfulRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select rolname::text as name from pg_roles where rolsuper or (rolname like 'pg\\_%' and not rolcanlogin) order by rolname`,
  )
  return rows.map(({ name }) => name)
}
