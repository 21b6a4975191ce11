import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { System } from '@freehold/manifest'
import type pg from 'pg'
import { migrateService } from '../migrations/index.js'
import { asAdministrator } from '../provisioning/administrator.js'
import { applyPlan } from '../provisioning/apply-plan.js'
import { expectedDatabases } from '../provisioning/expected.js'
import { planSystem } from '../provisioning/plan-system.js'
import { serversAt } from '../provisioning/servers.js'
import { allSqlFiles } from '../provisioning/sql-files.js'
import { fixedCredentials } from '../shadow/fixed-credentials.js'
import { renamedSystem } from '../shadow/renamed-system.js'

interface Options {
  readonly adminUrl: string
  readonly system: System
  readonly root: string
}

/** The system in its template databases, made now unless another process has made them. */
export async function templatesOf(options: Options): Promise<System> {
  const hash = await fingerprint(options)
  const template = renamedSystem(options.system, (database) => `${database}_template_${hash}`)
  const names = expectedDatabases(template, template.services).map(({ name }) => name)
  await asAdministrator(options.adminUrl, undefined, async (client) => {
    await client.query('select pg_advisory_lock(hashtext($1))', [`freehold template ${hash}`])
    if (await allReady(client, names)) return
    for (const name of names) await discard(client, name)
    await provision(options, template)
    // A template that nobody can enter is ready, and stays as it is.
    for (const name of names)
      await client.query(`alter database ${name} with is_template true allow_connections false`)
  })
  return template
}

async function provision({ adminUrl, root }: Options, template: System): Promise<void> {
  const credentials = fixedCredentials(adminUrl, template)
  const context = { system: template, servers: serversAt(() => adminUrl), credentials }
  await applyPlan(context, await planSystem(context))
  for (const service of template.services) {
    const url = (await credentials.read(service.name, 'migrator')) ?? ''
    await migrateService({ system: template, service, url, directory: join(root, service.migrations) })
  }
}

async function allReady(client: pg.Client, names: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ ready: boolean }>(
    'select count(*) = cardinality($1::text[]) as ready from pg_database where datname = any ($1::text[]) and datistemplate and not datallowconn',
    [names],
  )
  return rows[0]?.ready === true
}

async function discard(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
  if (rowCount === 0) return
  await client.query(`alter database ${name} is_template false`)
  await client.query(`drop database ${name} with (force)`)
}

/** Changes when the manifest, a migration, or what Freehold installs changes. */
async function fingerprint({ system, root }: Options): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(system))
  for (const sql of allSqlFiles()) hash.update(sql)
  for (const { migrations } of system.services) {
    const folder = join(root, migrations)
    for (const file of (await readdir(folder)).toSorted())
      hash.update(file).update(await readFile(join(folder, file)))
  }
  return hash.digest('hex').slice(0, 8)
}
