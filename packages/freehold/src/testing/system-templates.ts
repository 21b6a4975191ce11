import type { System } from '@freehold/manifest'
import { databaseOf, rolesOf, serviceNamed } from '@freehold/manifest'
import { randomBytes } from 'node:crypto'
import { asAdministrator } from '../provisioning/administrator.js'
import { urlOf } from '../provisioning/credential-changes.js'
import { expectedDatabases } from '../provisioning/expected.js'
import { withDatabase } from '../provisioning/servers.js'
import { passwordFor } from '../shadow/fixed-credentials.js'
import { templatesOf } from './provision-templates.js'
import { copyDatabase } from '../shadow/copy-database.js'
import { renamedSystem } from '../shadow/renamed-system.js'

/** What to make test databases of. */
export interface SystemTemplatesOptions {
  /** A superuser's URL. The server is given roles that stay: use one that is made for tests. */
  readonly adminUrl: string
  readonly system: System
  /** The folder of the configuration, from which the migrations' folders are found. */
  readonly root: string
}

/** A system whose databases can be copied. */
export interface SystemTemplates {
  /** A fresh set of databases: provisioned, migrated, empty, and nobody else's. */
  clone(): Promise<TestSystem>
}

/** A set of databases for one test file. */
export interface TestSystem {
  /** The manifest with the names of this set's databases. */
  readonly system: System
  appUrl(service: string): string
  migratorUrl(service: string): string
  /** The administrator's URL into the service's database. */
  adminUrl(service: string): string
  /** Drops the databases, whoever is still connected. */
  drop(): Promise<void>
}

/**
 * Provisions and migrates a system's databases once a server, as templates; every further call, from any process,
 * finds them ready as long as manifest and migrations stay the same. Copying one takes a fraction of a second.
 *
 * @throws FreeholdError whatever planning, applying and migrating can throw.
 */
export async function systemTemplates(options: SystemTemplatesOptions): Promise<SystemTemplates> {
  const template = await templatesOf(options)
  return { clone: () => clone(options, template) }
}

async function clone({ adminUrl, system }: SystemTemplatesOptions, template: System): Promise<TestSystem> {
  const suffix = randomBytes(5).toString('hex')
  const copy = renamedSystem(system, (database) => `${database}_${suffix}`)
  const templates = expectedDatabases(template, template.services)
  const copies = expectedDatabases(copy, copy.services)
  await Promise.all(
    copies.map((database, index) =>
      asAdministrator(adminUrl, undefined, (client) =>
        copyDatabase(client, { ...database, name: templates[index]?.name ?? '' }, database.name),
      ),
    ),
  )
  const url = (name: string, kind: 'app' | 'migrator'): string => {
    const service = serviceNamed(copy, name)
    const role = rolesOf(service)[kind]
    return urlOf(adminUrl, role, passwordFor(adminUrl, role), databaseOf(copy, service))
  }
  return {
    system: copy,
    appUrl: (service) => url(service, 'app'),
    migratorUrl: (service) => url(service, 'migrator'),
    adminUrl: (service) => withDatabase(adminUrl, databaseOf(copy, serviceNamed(copy, service))),
    drop: () =>
      asAdministrator(adminUrl, undefined, async (client) => {
        for (const { name } of copies) await client.query(`drop database if exists ${name} with (force)`)
      }),
  }
}
