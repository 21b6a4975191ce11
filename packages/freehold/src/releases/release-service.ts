import { rolesOf, type System } from '@freehold/manifest'
import { unworkableOn, type Untried } from '../compatibility/index.js'
import { asAdministrator } from '../provisioning/administrator.js'
import { consumedContracts } from './consumed-events.js'
import { refuseForeign } from './foreign-statements.js'
import type { Recorded } from './recordings.js'
import type { ReleaseDraft } from './release-draft.js'
import { readSchema } from './schema-snapshot.js'
import { writeRelease, type WrittenRelease } from './write-release.js'

/** What was released. */
export interface ReleasedService extends WrittenRelease, Recorded {
  readonly migrations: number
  readonly tables: number
  readonly statements: number
  /** How many statements the database knows of, and cannot tell whole. */
  readonly lost: number
  /** Statements that do not work on the schema of their own version: no later check can try them. */
  readonly unworkable: readonly Untried[]
  /** How many types of events it publishes, and how many it consumes. */
  readonly published: number
  readonly consumed: number
  readonly hasOpenapi: boolean
}

/**
 * Releases a service: writes down what its version is made of, and what it sends.
 *
 * @param schemaUrl - Where its schema is read: the administrator's URL into a database that has all of its migrations.
 * @throws FreeholdError `FREEHOLD_RELEASE_EXISTS`, `FREEHOLD_STATEMENTS_OF_ANOTHER`, and what reading from a server throws.
 */
export async function releaseService(
  system: System,
  { service, folder, version, migrations, statements, lost, openapi }: ReleaseDraft,
  schemaUrl: string,
): Promise<ReleasedService> {
  const schema = await asAdministrator(schemaUrl, undefined, (client) => readSchema(client, service))
  await refuseForeign(system, service, statements, schema.tables)
  const { app: role } = rolesOf(service)
  const unworkable = await unworkableOn({ url: schemaUrl, role, searchPath: [service.schema] }, statements)
  const consumed = consumedContracts(system, service)
  const written = await writeRelease(folder, {
    service: service.name,
    version,
    migrations: migrations.map(({ number, name, checksum }) => ({ number, name, checksum })),
    manifest: service,
    schema,
    statements,
    publishes: service.publishes,
    consumes: service.consumes,
    consumed,
    ...(openapi && { openapi }),
  })
  return {
    ...written,
    service: service.name,
    version,
    migrations: migrations.length,
    tables: schema.tables.length,
    statements: statements.length,
    lost,
    unworkable,
    published: service.publishes.length,
    consumed: Object.values(consumed).flat().length,
    hasOpenapi: openapi !== undefined,
  }
}
