import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { databaseOf, rolesOf, serviceNamed, type Service, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { migrateService } from '../migrations/index.js'
import { asAdministrator } from '../provisioning/administrator.js'
import { applyPlan } from '../provisioning/apply-plan.js'
import { urlOf } from '../provisioning/credential-changes.js'
import { expectedDatabases } from '../provisioning/expected.js'
import { planSystem } from '../provisioning/plan-system.js'
import type { Change, ProvisioningContext } from '../provisioning/plan.js'
import { serverName, serversAt, withDatabase } from '../provisioning/servers.js'
import { fixedCredentials, passwordFor } from './fixed-credentials.js'
import { copyDatabase } from './copy-database.js'
import { renamedSystem } from './renamed-system.js'

/** What a shadow shall stand at. */
export interface ShadowState {
  readonly system: System
  /** The folder from which the folders of migrations are found. */
  readonly root: string
  /** By service: the number of the last migration to apply; 0 for none, all of them when absent. */
  readonly upTo?: Readonly<Record<string, number>>
}

/** A system in shadow databases. */
export interface ShadowSystem {
  /** The manifest with the names of the shadow's databases. */
  readonly system: System
  /** The administrator's URL into the service's database. */
  adminUrl(service: string): string
  migratorUrl(service: string): string
  appUrl(service: string): string
  /** What is there now in databases of its own, with all its rows. Nobody may be connected meanwhile. */
  copy(): Promise<ShadowSystem>
  /** Goes on to another state, in the order of production: applies its manifest, then migrates. */
  advance(state: ShadowState): Promise<void>
  drop(): Promise<void>
}

/**
 * Provisions and migrates a system on a server that is there for trying.
 *
 * @throws FreeholdError whatever planning, applying and migrating can throw.
 */
export async function provisionShadow(adminUrl: string, state: ShadowState): Promise<ShadowSystem> {
  const shadow = inDatabases(adminUrl, state.system, newSuffix())
  await shadow.advance(state)
  return shadow
}

function inDatabases(adminUrl: string, original: System, suffix: string): ShadowSystem {
  const renamed = (system: System) => renamedSystem(system, (database) => `${database}_shadow_${suffix}`)
  let system = renamed(original)
  const databases = () => expectedDatabases(system, system.services)
  const adminUrlOf = (name: string) => withDatabase(adminUrl, databaseOf(system, serviceNamed(system, name)))
  return {
    get system() {
      return system
    },
    adminUrl: adminUrlOf,
    migratorUrl: (name) => urlAs(adminUrl, system, name, 'migrator'),
    appUrl: (name) => urlAs(adminUrl, system, name, 'app'),
    async copy() {
      const other = newSuffix()
      for (const database of databases())
        await asAdministrator(adminUrl, undefined, (client) =>
          copyDatabase(client, database, database.name.replace(suffix, other)),
        )
      return inDatabases(adminUrl, originalNames(system, suffix), other)
    },
    async advance(state) {
      system = renamed(state.system)
      await provision(adminUrl, system)
      for (const service of system.services) await migrate(service, state)
    },
    drop: () =>
      asAdministrator(adminUrl, undefined, async (client) => {
        for (const { name } of databases()) await client.query(`drop database if exists ${name} with (force)`)
      }),
  }

  async function migrate(service: Service, { root, upTo }: ShadowState): Promise<void> {
    const url = urlAs(adminUrl, system, service.name, 'migrator')
    const directory = join(root, service.migrations)
    await migrateService({ system, service, url, directory, upTo: upTo?.[service.name] })
  }
}

const newSuffix = (): string => randomBytes(4).toString('hex')

function originalNames(system: System, suffix: string): System {
  return renamedSystem(system, (database) => database.replace(`_shadow_${suffix}`, ''))
}

async function provision(adminUrl: string, system: System): Promise<void> {
  const context: ProvisioningContext = {
    system,
    servers: serversAt(() => adminUrl),
    credentials: fixedCredentials(adminUrl, system),
  }
  const plan = await planSystem(context)
  refuseRolesInUse(adminUrl, plan.changes)
  await applyPlan(context, plan)
}

/** A role that has another password than shadows give is somebody's, who would be locked out. */
function refuseRolesInUse(adminUrl: string, changes: readonly Change[]): void {
  const made = new Set(changes.filter(({ action }) => action === 'create').map(({ object }) => object))
  const used = changes
    .filter(({ credential }) => credential?.password === 'file')
    .map(({ object }) => object.replace('credentials of ', ''))
    .filter((role) => !made.has(`role ${role}`))
  if (used.length === 0) return
  throw new FreeholdError('FREEHOLD_SHADOW_SERVER_IN_USE', {
    message: `The server ${serverName(adminUrl)} is no place for a shadow: ${used.join(', ')} log in there with passwords of their own.`,
    details: { server: serverName(adminUrl), roles: used },
  })
}

function urlAs(adminUrl: string, system: System, name: string, kind: 'app' | 'migrator'): string {
  const service = serviceNamed(system, name)
  const role = rolesOf(service)[kind]
  return urlOf(adminUrl, role, passwordFor(adminUrl, role), databaseOf(system, service))
}
