import { isPublished, sealKeyOf } from '../credentials/publish-keys.js'
import type { Change, ProvisioningContext } from './plan.js'
import { serverName } from './servers.js'

/**
 * Services without a key of their own, keys that are not published, and published keys of services that are gone.
 * Each stands with its service's server, or with the first when it has none any more.
 *
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` or `FREEHOLD_CREDENTIALS_UNREADABLE`, naming the file.
 */
export async function identityChanges({
  system,
  servers,
  credentials,
}: ProvisioningContext): Promise<Change[]> {
  const { identities } = credentials
  const [first] = system.services
  if (identities === undefined || first === undefined) return []
  const published = await identities.readKeys()
  const sealKeys = await identities.readSealKeys()
  const changes: Change[] = []
  for (const { name } of system.services) {
    const key = await identities.read(name)
    if (key !== undefined && isPublished(published, key) && sealKeys.includes(sealKeyOf(key))) continue
    const change = key === undefined ? created(name) : unpublished(name)
    changes.push({ server: serverName(servers.urlFor(name)), sql: '', ...change })
  }
  const names = new Set(system.services.map(({ name }) => name))
  const gone = new Set(published.map(({ service }) => service).filter((service) => !names.has(service)))
  const server = serverName(servers.urlFor(first.name))
  return [...changes, ...[...gone].map((service) => ({ server, sql: '', ...withdrawn(service) }))]
}

type KeyChange = Omit<Change, 'server' | 'sql'>

function created(service: string): KeyChange {
  return {
    action: 'create',
    object: `identity of ${service}`,
    summary: 'a new key pair; the private key in a file of its own',
    identity: { service, key: 'new' },
  }
}

function unpublished(service: string): KeyChange {
  return {
    action: 'alter',
    object: `public key of ${service}`,
    summary: 'is not among those that services, or whoever verifies seals, know',
    identity: { service, key: 'published' },
  }
}

function withdrawn(service: string): KeyChange {
  return {
    action: 'revoke',
    object: `public keys of ${service}`,
    summary: 'the manifest has no such service, and the others would accept it still',
    identity: { service, key: 'withdrawn' },
  }
}
