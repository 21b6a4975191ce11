import { join } from 'node:path'
import type { Service, Table } from '@freehold/manifest'
import { databaseOf, isFreeholdError, rolesOf } from '@freehold/manifest'
import { migrationStatus, migratorUrl, type MigrationStatus } from '../migrations/index.js'
import { serviceFolder } from '../releases/read-releases.js'
import { versionStatus, type VersionStatus } from '../releases/version-status.js'
import { asAdministrator } from './administrator.js'
import { planSystem } from './plan-system.js'
import type { Plan, ProvisioningContext } from './plan.js'
import { serverName } from './servers.js'

/** How one service stands. */
export interface ServiceStatus {
  readonly service: string
  readonly server: string
  /** Of the server, such as 180004; undefined when it cannot be reached. */
  readonly serverVersion?: number
  readonly database: string
  readonly schema: string
  readonly roles: readonly string[]
  readonly tables: readonly TableStatus[]
  readonly migrations?: Pick<MigrationStatus, 'applied' | 'pending' | 'run' | 'problems'>
  /** Which versions of it run and were released, and how its schema stands beside the release of the same migrations. */
  readonly versions?: VersionStatus
  /**
   * How many differences {@link planSystem} finds that concern this service alone or its whole server; null when
   * that is not known.
   */
  readonly drift: number | null
  /** Why the status is not whole. */
  readonly error?: { readonly code: string; readonly message: string; readonly fix: string }
}

/** One table of the manifest. */
export interface TableStatus {
  readonly name: string
  readonly mutability: Table['mutability']
  readonly kind?: string
  /** Whether a migration has created it; null when that is not known. */
  readonly exists: boolean | null
  /** The planner's estimate; undefined before the first ANALYZE. */
  readonly rows?: number
}

/**
 * How every service of a system stands. A server that does not answer is part of the answer and not an error.
 *
 * @param root - The folder of the configuration, from which the migrations' folders are found.
 */
export async function systemStatus(context: ProvisioningContext, root: string): Promise<ServiceStatus[]> {
  const plan = await planSystem(context).catch(asProblem)
  return Promise.all(context.system.services.map((service) => serviceStatus(context, service, root, plan)))
}

type Problem = NonNullable<ServiceStatus['error']>

async function serviceStatus(
  context: ProvisioningContext,
  service: Service,
  root: string,
  plan: Plan | Problem,
): Promise<ServiceStatus> {
  const { system, servers, credentials } = context
  const url = servers.urlFor(service.name)
  const database = databaseOf(system, service)
  const server = serverName(url)
  const base = {
    service: service.name,
    server,
    database,
    schema: service.schema,
    roles: Object.values(rolesOf(service)),
  }
  const drift = 'changes' in plan ? driftOf(plan, server, database) : null
  try {
    const folder = serviceFolder(root, service)
    const found = await asAdministrator(url, database, async (client) => ({
      ...(await tablesOf(client, service)),
      versions: await versionStatus(client, service, folder),
    }))
    const migrator = await migratorUrl(system, credentials, service)
    const migrations =
      migrator === undefined
        ? undefined
        : await migrationStatus({
            system,
            service,
            url: migrator,
            directory: join(root, service.migrations),
          })
    return {
      ...base,
      serverVersion: found.version,
      tables: Object.entries(service.owns).map(([name, table]) =>
        described(name, table, found.rows.get(name)),
      ),
      ...(migrations === undefined ? {} : { migrations }),
      versions: found.versions,
      drift,
      ...('changes' in plan ? {} : { error: plan }),
    }
  } catch (error) {
    return {
      ...base,
      tables: Object.entries(service.owns).map(([name, table]) => described(name, table, null)),
      drift,
      error: asProblem(error),
    }
  }
}

function driftOf(plan: Plan, server: string, database: string): number {
  return plan.changes.filter(
    (change) => change.server === server && (change.database ?? database) === database,
  ).length
}

/** `rows` is undefined for a table that is not there, and null where nobody could look. */
function described(name: string, table: Table, rows: number | null | undefined): TableStatus {
  return {
    name,
    mutability: table.mutability,
    ...(table.mutability === 'immutable' ? { kind: table.kind } : {}),
    exists: rows === null ? null : rows !== undefined,
    ...(typeof rows === 'number' && rows >= 0 ? { rows } : {}),
  }
}

async function tablesOf(
  client: Parameters<Parameters<typeof asAdministrator>[2]>[0],
  service: Service,
): Promise<{ version: number; rows: Map<string, number> }> {
  const { rows } = await client.query<{ name: string; rows: number }>(
    `select c.relname::text as name, c.reltuples::float8 as rows
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p')`,
    [service.schema],
  )
  const { rows: settings } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::integer as version",
  )
  return {
    version: settings[0]?.version ?? 0,
    rows: new Map(rows.map(({ name, rows: count }) => [name, count])),
  }
}

function asProblem(error: unknown): Problem {
  if (isFreeholdError(error)) return { code: error.code, message: error.message, fix: error.fix }
  throw error
}
