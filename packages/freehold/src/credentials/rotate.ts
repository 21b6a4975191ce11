import { rolesOf, serviceNamed } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { asAdministrator } from '../provisioning/administrator.js'
import { applyCredential } from './apply-credential.js'
import { credentialKinds } from '../provisioning/credential-changes.js'
import { renewIdentity } from './publish-keys.js'
import type { ProvisioningContext } from '../provisioning/plan.js'

/** A role that has a new password, or a service that has a new key. */
export interface RotatedCredential {
  readonly service: string
  /** Absent for the key with which the service proves itself to the others. */
  readonly role?: string
  /** The file that holds it now. */
  readonly file: string
}

/**
 * Gives the roles of services new passwords, and the services new keys. Connections that are open stay open, a
 * service reads its files again when they change, and the key before stays published until the next rotation; so
 * nothing has to be restarted.
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
  return [{ service, file: identities.pathOf(service) }]
}
