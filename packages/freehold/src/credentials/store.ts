import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readEnvFile, writeEnvFile } from './env-file.js'
import { identityStore, type IdentityStore } from './identity-store.js'
import { keyEncryptionStore, type KeyEncryptionStore } from './key-encryption-store.js'
import { keepOutOfGit } from './whole-file.js'

/** The two roles of a service that log in. */
export type CredentialKind = 'app' | 'migrator'

/** The credentials of the services, a file each, so that a process can be given its own and nobody else's. */
export interface CredentialStore {
  /** The file of one role: `<service>.<app|migrator>.env`. */
  pathOf(service: string, kind: CredentialKind): string
  /** The role's `DATABASE_URL`; undefined when it has no file yet. */
  read(service: string, kind: CredentialKind): Promise<string | undefined>
  /** Writes the role's `DATABASE_URL`, mode 0600, in one step. */
  write(service: string, kind: CredentialKind, url: string): Promise<void>
  /** The keys with which services prove themselves to one another; absent where nobody needs them. */
  readonly identities?: IdentityStore
  /** The keys with which services wrap the keys of personal data; absent where nothing personal is kept. */
  readonly keyEncryption?: KeyEncryptionStore
}

/**
 * Credentials in a folder.
 *
 * @param directory - `.freehold/credentials`; made, mode 0700, when the first file is written, and kept out of git.
 */
export function credentialStore(directory: string): Required<CredentialStore> {
  const pathOf = (service: string, kind: CredentialKind): string => join(directory, `${service}.${kind}.env`)
  return {
    pathOf,
    async read(service, kind) {
      return (await readEnvFile(pathOf(service, kind)))?.['DATABASE_URL']
    },
    async write(service, kind, url) {
      await writeEnvFile(pathOf(service, kind), { DATABASE_URL: url })
      await keepOutOfGit(directory)
    },
    identities: identityStore(directory),
    keyEncryption: keyEncryptionStore(directory),
  }
}

/** A new password: 256 random bits, of letters that need no escape in a URL. */
export function newPassword(): string {
  return randomBytes(32).toString('base64url')
}
