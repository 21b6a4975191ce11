import { databaseOf, rolesOf, type Service, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { CredentialStore } from '../credentials/store.js'

/**
 * The URL of a service's migrator; undefined when it has none yet.
 *
 * @throws FreeholdError `FREEHOLD_CREDENTIALS_ELSEWHERE` when it leads to another database than the manifest names,
 *   as that of a state folder does which belongs to another configuration.
 */
export async function migratorUrl(
  system: System,
  credentials: CredentialStore,
  service: Service,
): Promise<string | undefined> {
  const url = await credentials.read(service.name, 'migrator')
  if (url === undefined) return undefined
  const wanted = databaseOf(system, service)
  const named = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname.slice(1)) : ''
  if (named === wanted) return url
  const file = credentials.pathOf(service.name, 'migrator')
  throw new FreeholdError('FREEHOLD_CREDENTIALS_ELSEWHERE', {
    message: `The credentials of ${rolesOf(service).migrator} in ${file} lead to the database "${named}", and the manifest names "${wanted}".`,
    details: { service: service.name, file, named, wanted },
  })
}
