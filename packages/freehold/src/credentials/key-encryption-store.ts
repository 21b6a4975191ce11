import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { keepOutOfGit, readWholeFile, writeWholeFile } from './whole-file.js'

/** A key with which a service wraps the keys of personal data. */
export interface KeyEncryptionKey {
  readonly id: string
  /** 32 bytes, base64url. */
  readonly secret: string
}

/** The key-encryption keys of the services, a file for each. */
export interface KeyEncryptionStore {
  /** The file of one service: `<service>.key-encryption.json`. */
  pathOf(service: string): string
  /**
   * The service's keys, the newest first; none when there is no file.
   *
   * @throws FreeholdError `FREEHOLD_KEY_STORE_UNREADABLE` when the file holds something else.
   */
  read(service: string): Promise<readonly KeyEncryptionKey[]>
  /** Puts a new key before those that there are, which stay: what they have wrapped is wrapped anew when the service starts. */
  renew(service: string): Promise<void>
}

/**
 * Key-encryption keys in the folder of the credentials.
 *
 * @param directory - `.freehold/credentials`.
 */
export function keyEncryptionStore(directory: string): KeyEncryptionStore {
  const pathOf = (service: string): string => join(directory, `${service}.key-encryption.json`)
  async function read(service: string): Promise<readonly KeyEncryptionKey[]> {
    const path = pathOf(service)
    const text = await readWholeFile(path)
    if (text === undefined) return []
    const file = parsed(text)
    if (isKeyFile(file) && file.service === service) return file.keys
    throw new FreeholdError('FREEHOLD_KEY_STORE_UNREADABLE', {
      message: `${path} holds no key-encryption keys of "${service}".`,
      fix: 'Bring it back from its backup. Without it nothing personal that was sealed can be read; only if nothing was, move it away, and `freehold apply` makes a new one.',
      details: { path },
    })
  }
  return {
    pathOf,
    read,
    async renew(service) {
      const keys = [newKey(), ...(await read(service))]
      const path = pathOf(service)
      await writeWholeFile(path, `${JSON.stringify({ service, keys }, null, 2)}\n`, 0o600)
      await keepOutOfGit(dirname(path))
    },
  }
}

function newKey(): KeyEncryptionKey {
  return { id: randomBytes(8).toString('base64url'), secret: randomBytes(32).toString('base64url') }
}

// What a parser says would quote the file, and with it a secret.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isKeyFile(value: unknown): value is { service: string; keys: KeyEncryptionKey[] } {
  if (typeof value !== 'object' || value === null) return false
  const { service, keys } = value as { service?: unknown; keys?: unknown }
  return typeof service === 'string' && Array.isArray(keys) && keys.length > 0 && keys.every(isKey)
}

function isKey(value: unknown): value is KeyEncryptionKey {
  if (typeof value !== 'object' || value === null) return false
  const { id, secret } = value as { id?: unknown; secret?: unknown }
  return (
    typeof id === 'string' && typeof secret === 'string' && Buffer.from(secret, 'base64url').length === 32
  )
}
