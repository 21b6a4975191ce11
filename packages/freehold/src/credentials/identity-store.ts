import { dirname, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { isPrivateKey, isPublicKey, publicHalf, type PrivateKey, type PublicKey } from './identity-keys.js'
import { appendToFile, keepOutOfGit, readWholeFile, writeWholeFile } from './whole-file.js'

/** The keys with which services prove to one another who they are: the private ones in a file each, the public in one. */
export interface IdentityStore {
  /** The set of all public keys, for every service to read: `services.jwks.json`. */
  readonly keysPath: string
  /** All public keys that there ever were, a line each as `@freehold/proof` writes them: `services.seal-keys`. */
  readonly sealKeysPath: string
  /** The file of one service's private key: `<service>.identity.json`. */
  pathOf(service: string): string
  /**
   * The service's private key; undefined when it has none yet.
   *
   * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` when the file holds something else, or another
   *   service's; `FREEHOLD_CREDENTIALS_UNREADABLE` when it cannot be read.
   */
  read(service: string): Promise<PrivateKey | undefined>
  /** The public keys, of each service the newest first; none when there is no file. Throws as `read` does. */
  readKeys(): Promise<readonly PublicKey[]>
  /** The lines of {@link IdentityStore.sealKeysPath}; none when there is no file. Throws as `read` does. */
  readSealKeys(): Promise<readonly string[]>
  /** Adds lines behind those that are there, which nobody else can undo meanwhile; the file has mode 0644. */
  addSealKeys(keys: readonly string[]): Promise<void>
  /** Writes a private key, mode 0600, in one step. */
  write(key: PrivateKey): Promise<void>
  /** Writes the public keys, mode 0644, in one step. */
  writeKeys(keys: readonly PublicKey[]): Promise<void>
}

/**
 * Identities in the folder of the credentials.
 *
 * @param directory - `.freehold/credentials`.
 */
export function identityStore(directory: string): IdentityStore {
  const keysPath = join(directory, 'services.jwks.json')
  const sealKeysPath = join(directory, 'services.seal-keys')
  const pathOf = (service: string): string => join(directory, `${service}.identity.json`)
  return {
    keysPath,
    sealKeysPath,
    pathOf,
    async read(service) {
      const path = pathOf(service)
      const text = await readWholeFile(path)
      if (text === undefined) return undefined
      const key = parsed(text)
      if (isPrivateKey(key) && key.service === service) return key
      const what = isPrivateKey(key) ? `is the identity of "${key.service}"` : 'holds no Ed25519 private key'
      throw damaged(path, what, 'makes a new one. A service takes it up without a restart')
    },
    async readKeys() {
      const text = await readWholeFile(keysPath)
      if (text === undefined) return []
      const set = parsed(text)
      const keys = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
      if (Array.isArray(keys) && keys.every(isPublicKey)) return keys.map(publicHalf)
      throw damaged(keysPath, 'is no set of public keys', 'makes it from the identities of the services')
    },
    async readSealKeys() {
      const text = (await readWholeFile(sealKeysPath)) ?? ''
      return text.split('\n').filter((line) => line !== '')
    },
    async addSealKeys(keys) {
      await appendToFile(sealKeysPath, keys.map((key) => `${key}\n`).join(''), 0o644)
      await keepOutOfGit(directory)
    },
    write: (key) => writeJson(pathOf(key.service), key, 0o600),
    writeKeys: (keys) => writeJson(keysPath, { keys: keys.map(publicHalf) }, 0o644),
  }
}

async function writeJson(path: string, value: unknown, mode: 0o600 | 0o644): Promise<void> {
  await writeWholeFile(path, `${JSON.stringify(value, null, 2)}\n`, mode)
  await keepOutOfGit(dirname(path))
}

// What a parser says would quote the file, and with it a private key.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function damaged(path: string, what: string, result: string): FreeholdError {
  return new FreeholdError('FREEHOLD_SERVICE_IDENTITY_UNREADABLE', {
    message: `${path} ${what}.`,
    fix: `Remove ${path} and run \`freehold apply\`, which ${result}.`,
    details: { path },
  })
}
