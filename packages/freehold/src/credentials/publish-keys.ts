import { verifierOf } from '@freehold/proof'
import { newPrivateKey, type PublicKey } from './identity-keys.js'
import type { IdentityStore } from './identity-store.js'

/** How many public keys of a service stay published: the one it signs with, and the one before. */
const keptPerService = 2

/**
 * Gives a service a new key. The public half is published first, so that nothing is signed with a key that nobody
 * knows; the key before stays published, for the tokens and the processes that still have it.
 *
 * @param services - All of the system, see {@link publishIdentities}.
 */
export async function renewIdentity(
  store: IdentityStore,
  service: string,
  services: readonly string[],
): Promise<void> {
  const before = await store.read(service)
  const key = newPrivateKey(service)
  await publish(store, before === undefined ? [key] : [key, before])
  await store.write(key)
  await publishIdentities(store, services)
}

/**
 * Publishes the keys that services have. Two processes that write the set at once can each undo what the other did;
 * so it is for all services, and stands at the end of every change: whoever comes last mends what is missing.
 *
 * @param services - Their names; one that has no key yet is passed over.
 */
export async function publishIdentities(store: IdentityStore, services: readonly string[]): Promise<void> {
  for (const service of services) {
    const key = await store.read(service)
    if (key !== undefined) await publish(store, [key])
  }
}

/** How a key stands among those that seals were signed with. */
export function sealKeyOf({ service, x }: PublicKey): string {
  return verifierOf(service, Buffer.from(x, 'base64url')).text
}

/** Withdraws all public keys of a service: nobody accepts it any more. */
export async function withdrawKeys(store: IdentityStore, service: string): Promise<void> {
  await store.writeKeys((await store.readKeys()).filter((key) => key.service !== service))
}

/** Whether the set has the key. */
export function isPublished(keys: readonly PublicKey[], { kid, service }: PublicKey): boolean {
  return keys.some((key) => key.kid === kid && key.service === service)
}

/** Puts keys of one service, the newest first, before the others of it, unless all are there. */
async function publish(store: IdentityStore, newest: readonly [PublicKey, ...PublicKey[]]): Promise<void> {
  await remember(store, newest.map(sealKeyOf))
  for (;;) {
    const keys = await store.readKeys()
    if (newest.every((key) => isPublished(keys, key))) return
    const { service } = newest[0]
    const older = keys.filter((key) => key.service === service && !isPublished(newest, key))
    const others = keys.filter((key) => key.service !== service)
    await store.writeKeys([...others, ...[...newest, ...older].slice(0, keptPerService)])
  }
}

/** Keeps keys for ever: what was signed with them has to be verified long after nobody signs with them any more. */
async function remember(store: IdentityStore, sealKeys: readonly string[]): Promise<void> {
  const known = await store.readSealKeys()
  const missing = sealKeys.filter((key) => !known.includes(key))
  if (missing.length > 0) await store.addSealKeys(missing)
}
