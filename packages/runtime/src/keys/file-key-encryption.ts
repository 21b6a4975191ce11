import { FreeholdError } from '@freehold/manifest/errors'
import { watchedFile } from '../identity/watched-file.js'
import { decrypted, encrypted } from '../personal/aes-gcm.js'
import type { KeyEncryption } from './key-encryption.js'

/** Whose key-encryption keys they are, and where. */
export interface FileKeyEncryptionOptions {
  /** The service's name in the manifest. */
  readonly service: string
  /** The file that `freehold apply` made: `<service>.key-encryption.json`. */
  readonly file: string
}

interface Wrapping {
  readonly id: string
  readonly secret: Buffer
}

const secretBytes = 32

/**
 * Key-encryption keys in a file, the newest first: it wraps with the newest (AES-256-GCM) and unwraps with any. The file
 * is looked at whenever it is needed, so a process that runs while the keys are rotated knows the new one.
 *
 * @throws FreeholdError `FREEHOLD_KEY_STORE_UNREADABLE` when the file is missing, damaged, or another service's.
 */
export function fileKeyEncryption({ service, file }: FileKeyEncryptionOptions): KeyEncryption {
  const wrappings = watchedFile(file, (json) => wrappingsIn(json, file, service), unreadable)
  return {
    get current() {
      return wrappings.current()[0].id
    },
    get isCurrent() {
      const [{ id }, ...older] = wrappings.current()
      return older.length === 0 ? undefined : (wrapped: string) => wrapped.startsWith(`${id}.`)
    },
    async wrap(secret, context) {
      const [{ id, secret: wrapping }] = wrappings.current()
      return `${id}.${encrypted(secret, wrapping, context).toString('base64url')}`
    },
    async unwrap(wrapped, context) {
      const [id = '', text = ''] = wrapped.split('.')
      const wrapping = wrappings.current().find((each) => each.id === id)
      // The id is not quoted: of a damaged key it is anything.
      if (wrapping === undefined)
        throw unreadable(file, 'lacks the key with which a key of the store is wrapped')
      try {
        return decrypted(Buffer.from(text, 'base64url'), wrapping.secret, context)
      } catch (cause) {
        throw unreadable(file, 'does not open a key of the store, which was altered or moved', cause)
      }
    },
  }
}

function wrappingsIn(held: unknown, file: string, service: string): [Wrapping, ...Wrapping[]] {
  const json = (typeof held === 'object' && held !== null ? held : {}) as {
    service?: unknown
    keys?: unknown
  }
  if (json.service !== service) throw unreadable(file, `is not that of the service "${service}"`)
  const [first, ...others] = (Array.isArray(json.keys) ? json.keys : []).map((key) => wrappingOf(key, file))
  if (first === undefined) throw unreadable(file, 'holds no key')
  return [first, ...others]
}

function wrappingOf(key: unknown, file: string): Wrapping {
  const { id, secret } = (typeof key === 'object' && key !== null ? key : {}) as {
    id?: unknown
    secret?: unknown
  }
  const bytes = Buffer.from(typeof secret === 'string' ? secret : '', 'base64url')
  if (typeof id === 'string' && /^[A-Za-z0-9_-]+$/.test(id) && bytes.length === secretBytes)
    return { id, secret: bytes }
  throw unreadable(file, 'holds something that is no key of 32 bytes with an id')
}

function unreadable(file: string, what: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_KEY_STORE_UNREADABLE', {
    message: `${file} ${what}.`,
    details: { file },
    ...(cause !== undefined && { cause }),
  })
}
