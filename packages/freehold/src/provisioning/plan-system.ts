import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { asAdministrator, type Enter } from './administrator.js'
import { credentialChanges } from './credential-changes.js'
import { drift } from './drift.js'
import { identityChanges } from './identity-changes.js'
import { keyEncryptionChanges } from './key-encryption-changes.js'
import { type ExpectedDatabase, expectedDatabases, expectedRoles } from './expected.js'
import { planDatabase } from './plan-database.js'
import type { Change, Plan, ProvisioningContext } from './plan.js'
import { serverNotes } from './server-notes.js'
import { type ServerGroup, serverGroups } from './servers.js'

/** The server's own databases, in which no service has anything to do. */
const maintenanceDatabases = ['postgres', 'template1']

const databasesAtOnce = 4

/**
 * Compares the servers with the manifest. It changes nothing and takes no lock that a service would feel. What a
 * database that is missing would need is found out in the administrator's, in a transaction that is rolled back.
 *
 * @throws FreeholdError `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_SERVER_UNSUPPORTED` or
 *   `FREEHOLD_ADMINISTRATOR_TOO_WEAK`, naming the server; `FREEHOLD_SERVICE_IDENTITY_UNREADABLE`,
 *   `FREEHOLD_KEY_STORE_UNREADABLE` or `FREEHOLD_CREDENTIALS_UNREADABLE`, naming a file. A plan is whole or there is none.
 */
export function planSystem(context: ProvisioningContext): Promise<Plan> {
  return planWithin(context, asAdministrator)
}

/** {@link planSystem} by a way in that may keep its sessions. */
export async function planWithin(context: ProvisioningContext, enter: Enter): Promise<Plan> {
  const groups = serverGroups(context.system, context.servers)
  const parts = await Promise.all(groups.map((group) => planServer(context, group, enter)))
  return {
    system: context.system.name,
    changes: [
      ...parts.flatMap(({ changes }) => changes),
      ...(await identityChanges(context)),
      ...(await keyEncryptionChanges(context)),
    ],
    notes: parts.flatMap(({ notes }) => notes),
  }
}

async function planServer(
  context: ProvisioningContext,
  group: ServerGroup,
  enter: Enter,
): Promise<Pick<Plan, 'changes' | 'notes'>> {
  const services = context.system.services.filter(({ name }) => group.services.includes(name))
  const databases = expectedDatabases(context.system, services)
  return enter(group.url, undefined, async (client) => {
    const existing = await openDatabases(client)
    const there = databases.filter(({ name }) => existing.has(name))
    const missing = databases.filter(({ name }) => !existing.has(name))
    const [inside, changes] = await Promise.all([
      insideOf(there, (database) =>
        enter(group.url, database.name, (own) => planDatabase(own, group.name, database, true)),
      ),
      (async () => {
        const found = await serverChanges(context, client, group, services, databases)
        // One after the other: each stands in the administrator's database while it is planned.
        for (const database of missing)
          found.push(...(await planDatabase(client, group.name, database, false)))
        return found
      })(),
    ])
    return { changes: [...changes, ...inside], notes: await serverNotes(client, group.name, databases) }
  })
}

/** A few databases at a time: a server has sessions for others, too. */
async function insideOf(
  databases: readonly ExpectedDatabase[],
  plan: (database: ExpectedDatabase) => Promise<Change[]>,
): Promise<Change[]> {
  const changes: Change[] = []
  for (let from = 0; from < databases.length; from += databasesAtOnce) {
    const some = databases.slice(from, from + databasesAtOnce)
    changes.push(...(await Promise.all(some.map(plan))).flat())
  }
  return changes
}

async function serverChanges(
  context: ProvisioningContext,
  client: pg.Client,
  { name: server }: ServerGroup,
  services: readonly Service[],
  databases: readonly ExpectedDatabase[],
): Promise<Change[]> {
  return [
    ...(await drift(client, 'roles', [JSON.stringify(expectedRoles(services))], { server })),
    ...(await drift(client, 'databases', [JSON.stringify(databases), maintenanceDatabases], { server })),
    ...(await credentialChanges(context, client, server, services)),
  ]
}

async function openDatabases(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    'select datname::text as name from pg_database where datallowconn',
  )
  return new Set(rows.map(({ name }) => name))
}
