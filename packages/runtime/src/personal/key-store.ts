import type { Erased } from './erased.js'

/** The most characters of a subject. */
export const longestSubject = 200

/** Whose data a key opens, and for what it is kept. There is one key for each such pair. */
export interface KeyName {
  /** The person, as the owner of the data names them: 1 to 200 characters. */
  readonly subject: string
  /** As the manifest says; the name of the service where it says nothing. */
  readonly purpose: string
}

/** A key for AES-256-GCM. It is never written down as it is. */
export interface DataKey {
  /** 32 bytes. */
  readonly secret: Buffer
}

/** A key, that it was destroyed, or that there never was one. */
export type KeyState = DataKey | Erased | undefined

/** That a subject was forgotten. It says nothing about whom. */
export interface Forgotten extends Erasable {
  /** When it was done for the first time. */
  readonly at: Date
}

/** What can be forgotten: all about a subject, or what is kept of it for one purpose. */
export interface Erasable {
  readonly subject: string
  readonly purpose?: string
}

/** Finds the keys that open personal data. */
export interface KeyFinder {
  /**
   * The keys of these names, in their order.
   *
   * @throws FreeholdError `FREEHOLD_KEY_STORE_UNAVAILABLE` when the store cannot be asked: try again.
   *   `FREEHOLD_KEY_STORE_UNREADABLE` when what it holds was damaged, or is wrapped by another key.
   */
  find(names: readonly KeyName[]): Promise<readonly KeyState[]>
}

/**
 * Where the keys of one service's personal data are: outside of its database and of all its backups. Several processes
 * use one store at a time. A store of one's own (a KMS, Vault) is an object of this form that passes
 * `keyStoreConformance`.
 *
 * After `destroy` has resolved, no process gets such a key any more, whatever it has remembered; of `staleMs` the
 * documentation of a store says if it is not 0.
 */
export interface KeyStore extends KeyFinder {
  /** How long a process may still use a key that another has destroyed, in milliseconds. */
  readonly staleMs: number
  /**
   * The key of that name, which is made when there is none: of several processes that make it at a time, all get the same.
   *
   * @throws FreeholdError `FREEHOLD_SUBJECT_ERASED` when it was destroyed; and as `find` does.
   */
  obtain(name: KeyName): Promise<DataKey>
  /**
   * Destroys the keys of a subject, for one purpose or for all, and remembers that it did: there will be no others. May
   * be repeated, and goes on where it was interrupted.
   *
   * @returns What the store remembers of it.
   */
  destroy(erasable: Erasable): Promise<Forgotten>
  /** All that was destroyed, the oldest first. A database that was restored is brought up to it. */
  forgotten(): Promise<readonly Forgotten[]>
}
