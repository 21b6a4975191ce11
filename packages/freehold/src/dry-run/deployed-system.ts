import { isDeepStrictEqual } from 'node:util'
import type { Service, System } from '@freehold/manifest'
import pg from 'pg'
import { migratorUrl } from '../migrations/migrator-url.js'
import type { CredentialStore } from '../credentials/store.js'

const undefinedFunction = '42883'

/**
 * The system with the tables that each database was last told of, by `freehold apply`: what was migrated since stands on
 * these, and not on those of the working tree.
 *
 * @param services - Those whose databases are asked.
 * @returns The system itself where nothing differs, or no database knows.
 */
export async function deployedSystem(
  system: System,
  credentials: CredentialStore,
  services: readonly Service[],
): Promise<System> {
  const deployed = await Promise.all(
    system.services.map(async (service) => {
      const url = services.includes(service) ? await migratorUrl(system, credentials, service) : undefined
      const owns = url === undefined ? undefined : await declaredTables(url)
      return owns === undefined || isDeepStrictEqual(owns, plain(service.owns))
        ? service
        : { ...service, owns }
    }),
  )
  const isSame = deployed.every((service, index) => service === system.services[index])
  return isSame ? system : { ...system, services: deployed }
}

async function declaredTables(url: string): Promise<Service['owns'] | undefined> {
  const session = new pg.Client({ connectionString: url, application_name: 'freehold dry run' })
  await session.connect()
  try {
    const { rows } = await session.query<{ owns: Service['owns'] }>(
      'select freehold.declared_tables() as owns',
    )
    return rows[0]?.owns
  } catch (cause) {
    // A database that an older version has provisioned.
    if (cause instanceof pg.DatabaseError && cause.code === undefinedFunction) return undefined
    throw cause
  } finally {
    await session.end()
  }
}

/** Without the members that are undefined. */
function plain(owns: Service['owns']): unknown {
  return JSON.parse(JSON.stringify(owns))
}
