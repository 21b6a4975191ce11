import type { IdentityChange, ProvisioningContext } from '../provisioning/plan.js'
import { publishIdentities, renewIdentity, withdrawKeys } from './publish-keys.js'

/** Makes, publishes or withdraws the key of a service. */
export async function applyIdentity(
  { system, credentials: { identities } }: ProvisioningContext,
  { service, key }: IdentityChange,
): Promise<void> {
  if (identities === undefined) return
  const services = system.services.map(({ name }) => name)
  if (key === 'new') return renewIdentity(identities, service, services)
  if (key === 'withdrawn') await withdrawKeys(identities, service)
  await publishIdentities(identities, services)
}
