import { databaseOf, type Service, type System } from '@freehold/manifest'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { openShadow } from '../shadow/index.js'
import { schemaDifferences, type SchemaDifference } from './schema-differences.js'
import { readSchema } from './schema-snapshot.js'

/** How many migrations of each service were applied: the number of the last one. */
export type AppliedTo = Readonly<Record<string, number>>

/**
 * Compares live schemas with what the migrations that were applied make of an empty database: what somebody changed by hand
 * is in one of them only. A shadow is made for it; the live databases are only read.
 *
 * @param appliedTo - The services to compare.
 * @returns What differs, by service.
 * @throws FreeholdError what opening a shadow, provisioning and migrating it can throw.
 */
export async function schemaDrift(
  { system, servers }: ProvisioningContext,
  root: string,
  appliedTo: AppliedTo,
  shadowUrl: string | undefined,
): Promise<ReadonlyMap<string, readonly SchemaDifference[]>> {
  const services = system.services.filter(({ name }) => name in appliedTo)
  const compared = new Map<string, readonly SchemaDifference[]>()
  if (services.length === 0) return compared
  const own: System = { ...system, services }
  const shadow = await openShadow({ url: shadowUrl })
  try {
    const made = await shadow.provision({ system: own, root, upTo: appliedTo })
    const read = (service: Service, url: string, database?: string) =>
      asAdministrator(url, database, (client) => readSchema(client, service))
    for (const service of services) {
      const expected = await read(service, made.adminUrl(service.name))
      const live = await read(service, servers.urlFor(service.name), databaseOf(system, service))
      compared.set(service.name, schemaDifferences(expected, live))
    }
    return compared
  } finally {
    await shadow.remove()
  }
}
