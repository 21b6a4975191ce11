import { erasureLogOf } from '@freehold/manifest'
import type { Change, ProvisioningContext } from './plan.js'
import { serverName } from './servers.js'

/**
 * Services that keep something personal and have no key to wrap its keys with.
 *
 * @throws FreeholdError `FREEHOLD_KEY_STORE_UNREADABLE` or `FREEHOLD_CREDENTIALS_UNREADABLE`, naming the file.
 */
export async function keyEncryptionChanges({
  system,
  servers,
  credentials: { keyEncryption },
}: ProvisioningContext): Promise<Change[]> {
  if (keyEncryption === undefined) return []
  const changes: Change[] = []
  for (const service of system.services) {
    if (erasureLogOf(service) === undefined || (await keyEncryption.read(service.name)).length > 0) continue
    changes.push({
      action: 'create',
      server: serverName(servers.urlFor(service.name)),
      object: `key-encryption key of ${service.name}`,
      summary: 'wraps the keys of personal data; in a file of its own',
      sql: '',
      keyEncryption: { service: service.name },
    })
  }
  return changes
}
