import { rolesOf, serviceNamed } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { asAdministrator } from '../provisioning/administrator.js'
import { applyCredential } from './apply-credential.js'
import { credentialKinds } from '../provisioning/credential-changes.js'
import type { ProvisioningContext } from '../provisioning/plan.js'

/** A role that has a new password. */
export interface RotatedCredential {
  readonly service: string
  readonly role: string
  /** The file that holds it now. */
  readonly file: string
}

/**
 * Gives the roles of services new passwords. Connections that are open stay open, and a service reads its file again
 * for every new one, so nothing has to be restarted.
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
  }
  return rotated
}
