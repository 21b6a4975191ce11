import { erasureLogOf, rolesOf, serviceNamed, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { asAdministrator } from '../provisioning/administrator.js'
import { applyCredential } from './apply-credential.js'
import { credentialKinds } from '../provisioning/credential-changes.js'
import { renewIdentity } from './publish-keys.js'
import type { ProvisioningContext } from '../provisioning/plan.js'

/** A role that has a new password, or a service that has a new key. */
export interface RotatedCredential {
  readonly service: string
  /** Absent for a key of the service. */
  readonly role?: string
  /** What the key is for; absent for a role. */
  readonly key?: 'identity' | 'key encryption'
  /** The file that holds it now. */
  readonly file: string
}

/**
 * Gives the roles of services new passwords, and the services new keys. Connections that are open stay open, a
 * service reads its files again when they change, and the key before stays published until the next rotation; so
 * nothing has to be restarted. A new key-encryption key is taken up by the next start of its service.
 *
 * @param services - Their names; all of the system when absent.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`; `FREEHOLD_CREDENTIALS_MISSING` before the first apply.
 */
export async function rotateCredentials(
  context: ProvisioningContext,
  services: readonly string[] = context.system.services.map(({ name }) => name),
): Promise<RotatedCredential[]> {
  const chosen = services.map((name) => serviceNamed(context.system, name))
  const rotated: RotatedCredential[] = []
  for (const service of chosen) {
    const url = context.servers.urlFor(service.name)
    await asAdministrator(url, undefined, async (client) => {
      for (const kind of credentialKinds) {
        const role = rolesOf(service)[kind]
        if ((await context.credentials.read(service.name, kind)) === undefined) {
          throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
            message: `${role} has no credentials to rotate.`,
            details: { role },
          })
        }
        await applyCredential(context, client, url, { service: service.name, kind, password: 'new' })
        rotated.push({ service: service.name, role, file: context.credentials.pathOf(service.name, kind) })
      }
    })
    rotated.push(...(await rotateIdentity(context, service.name)))
    rotated.push(...(await rotateKeyEncryption(context, service)))
  }
  return rotated
}

async function rotateIdentity(
  { system, credentials: { identities } }: ProvisioningContext,
  service: string,
): Promise<RotatedCredential[]> {
  if (identities === undefined) return []
  if ((await identities.read(service)) === undefined) {
    throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
      message: `The service "${service}" has no identity to rotate.`,
      details: { service },
    })
  }
  await renewIdentity(
    identities,
    service,
    system.services.map(({ name }) => name),
  )
  return [{ service, key: 'identity', file: identities.pathOf(service) }]
}

/** What the keys before have wrapped is wrapped anew when the service starts: until then all of them are needed. */
async function rotateKeyEncryption(
  { credentials: { keyEncryption } }: ProvisioningContext,
  service: Service,
): Promise<RotatedCredential[]> {
  if (keyEncryption === undefined || erasureLogOf(service) === undefined) return []
  await keyEncryption.renew(service.name)
  return [{ service: service.name, key: 'key encryption', file: keyEncryption.pathOf(service.name) }]
}
