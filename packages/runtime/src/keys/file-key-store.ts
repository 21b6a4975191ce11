import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { LRUCache } from 'lru-cache'
import {
  Erased,
  isErased,
  longestSubject,
  subjectText,
  type DataKey,
  type Erasable,
  type KeyName,
  type KeyState,
  type KeyStore,
} from '../personal/index.js'
import { claimed, type MayCreate } from './claimed.js'
import { fileKeyEncryption } from './file-key-encryption.js'
import { ForgottenLedger } from './forgotten-ledger.js'
import type { KeyEncryption } from './key-encryption.js'
import { KeyFiles } from './key-files.js'
import { wrapAnew } from './wrap-anew.js'

/** Where the store of a service is. */
export interface FileKeyStoreOptions {
  /** The service's name in the manifest. */
  readonly service: string
  /** Its folder, which all processes of the service on the machine share. It belongs into no backup of a database. */
  readonly directory: string
  /** What wraps its keys: the path of the file that `freehold apply` made, or a KMS. */
  readonly encryption: string | KeyEncryption
  /**
   * Whether the store may be made when there is none; false when absent. A store that was lost must not begin as a new one:
   * people who have keys would get others. A function is asked only when there is none: `() => hasNothingSealed(service, db)`.
   */
  readonly create?: MayCreate
  /** How many keys are remembered unwrapped; 10,000 when absent. */
  readonly remembered?: number
}

/**
 * The embedded key store: files, each with one wrapped key, and a ledger of who was forgotten. Any number of processes of
 * one machine may use it. For several machines write a {@link KeyStore} of your own.
 *
 * @throws FreeholdError `FREEHOLD_KEY_STORE_UNAVAILABLE` when the folder cannot be made or written,
 *   `FREEHOLD_KEY_STORE_UNREADABLE` when there is none and none may be made, when it is another service's, or the keys that wrap its keys are not there.
 */
export async function fileKeyStore(options: FileKeyStoreOptions): Promise<KeyStore> {
  const { service, directory, encryption: given, create = false, remembered = 10_000 } = options
  const encryption = typeof given === 'string' ? fileKeyEncryption({ service, file: given }) : given
  const files = new KeyFiles(join(directory, 'keys'))
  await claimed({ directory, service, create })
  const memory = new LRUCache<string, DataKey>({ max: remembered })
  const ledger = new ForgottenLedger(join(directory, 'forgotten'), (forgotten) => {
    const isGone = files.among(forgotten)
    for (const id of [...memory.keys()]) if (isGone(id)) memory.delete(id)
  })
  await wrapAnew({ directory, files, encryption, ledger })
  // What a crash has left of somebody who was forgotten, or a wrapping that went on beside it.
  for (const forgotten of ledger.all()) await files.remove(forgotten)

  /** Looks at the ledger before and after: a key is remembered only of whom it does not name. */
  async function state(given: KeyName): Promise<KeyState> {
    const name = named(given)
    if (ledger.find(name) !== undefined) return new Erased(name)
    const id = files.contextOf(name)
    const remembered = memory.get(id)
    if (remembered !== undefined) return remembered
    try {
      const wrapped = await files.read(name)
      const key = wrapped === undefined ? undefined : { secret: await encryption.unwrap(wrapped, id) }
      if (ledger.find(name) !== undefined) return new Erased(name)
      if (key !== undefined) memory.set(id, key)
      return key
    } catch (error) {
      // Whoever destroys a key overwrites it.
      if (ledger.find(name) !== undefined) return new Erased(name)
      throw error
    }
  }

  async function obtained(name: KeyName): Promise<DataKey> {
    const found = await state(name)
    if (isErased(found)) throw erased(service, name)
    return found ?? made(name)
  }

  async function made(name: KeyName): Promise<DataKey> {
    const secret = randomBytes(32)
    const isOurs = await files.add(name, await encryption.wrap(secret, files.contextOf(name)))
    if (!isOurs) return obtained(name)
    if (ledger.find(name) !== undefined) {
      await files.remove(name)
      throw erased(service, name)
    }
    return { secret }
  }

  return {
    staleMs: 0,
    async obtain(given) {
      const name = named(given)
      checkSubject(name.subject)
      return obtained(name)
    },
    find: (names) => Promise.all(names.map(state)),
    async destroy(given: Erasable) {
      const erasable = named(given)
      checkSubject(erasable.subject)
      files.check(erasable)
      const forgotten = ledger.add(erasable)
      await files.remove(erasable)
      return forgotten
    },
    forgotten: () => Promise.resolve(ledger.all()),
  }
}

function erased(service: string, { purpose }: KeyName): FreeholdError {
  return new FreeholdError('FREEHOLD_SUBJECT_ERASED', {
    message: `The service "${service}" was to keep something of a person that was forgotten.`,
    details: { service, purpose },
  })
}

/** A person is one however the letters of their id are written. */
function named<T extends Erasable>(name: T): T {
  return { ...name, subject: subjectText(name.subject) ?? name.subject }
}

function checkSubject(subject: string): void {
  if (subject.length >= 1 && subject.length <= longestSubject) return
  throw new FreeholdError('FREEHOLD_PERSONAL_SUBJECT_MISSING', {
    message: `A subject has 1 to ${longestSubject} characters, and not ${subject.length}.`,
  })
}
