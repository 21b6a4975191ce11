import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { System } from '@freehold/manifest'
import { identityStore } from '../credentials/identity-store.js'
import { renewIdentity } from '../credentials/publish-keys.js'

/** Throwaway identities of the services of a system. */
export interface TestIdentities {
  /** The file of a service's private key. */
  identityFile(service: string): string
  /** The file of the public keys of all. */
  readonly keysFile: string
  /** Gives a service a new key, as `freehold credentials rotate` does. */
  rotate(service: string): Promise<void>
  /** Removes the files. */
  remove(): Promise<void>
}

/** Makes identities for all services of a system, as `freehold apply` does, in a temporary folder. */
export async function identitiesFor(system: Pick<System, 'services'>): Promise<TestIdentities> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-identities-'))
  const store = identityStore(folder)
  const names = system.services.map(({ name }) => name)
  for (const name of names) await renewIdentity(store, name, names)
  return {
    identityFile: (service) => store.pathOf(service),
    keysFile: store.keysPath,
    rotate: (service) => renewIdentity(store, service, names),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
