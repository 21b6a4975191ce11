import type { KeySource } from '@notes/identity'
import { importJWK, type CryptoKey, type JWK } from 'jose'
import { decryptJwk, UnreadableKey } from './encryption.js'
import type { KeyStore } from './key-store.js'
import { dueAt, outlivedAt, signingAt, type Schedule } from './schedule.js'
import type { SigningKeyRow } from './signing-key.js'

/** What signs a token. */
export interface Signer {
  readonly kid: string
  readonly key: CryptoKey
}

/** The signing keys as this instance knows them. */
export interface KeyRing extends KeySource {
  /**
   * The key to sign with now.
   *
   * @throws UnreadableKey when it cannot be decrypted.
   */
  signer(): Signer
  /** The public keys, as the JWK set shows them. */
  published(): JWK[]
  /** Reads the keys again, publishes the next one when it is due, and removes those that are of no more use. */
  refresh(): Promise<void>
}

/** How keys are kept. */
export interface KeyRingOptions {
  readonly store: KeyStore
  /** 32 bytes. */
  readonly encryptionKey: Buffer
  readonly schedule: Schedule
  /** Makes another key at once when the one that should sign cannot be decrypted. */
  readonly replaceUnreadable?: boolean
  /** The clock. */
  readonly now?: () => number
}

/** A key in memory; `secret` says why when it could not be decrypted. */
interface HeldKey extends Pick<SigningKeyRow, 'id' | 'generation' | 'signs_from' | 'public_jwk'> {
  readonly open: CryptoKey
  readonly secret: CryptoKey | UnreadableKey
}

/**
 * Opens the key ring, and makes the first key where there is none.
 *
 * @param options - Where the keys are and how long each signs.
 * @throws UnreadableKey when a key that signs, or is to sign, was encrypted with another KEY_ENCRYPTION_KEY.
 */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { store, encryptionKey, schedule, now = Date.now } = options
  let held: readonly HeldKey[] = []

  async function hold(row: SigningKeyRow): Promise<HeldKey> {
    const known = held.find((key) => key.id === row.id)
    if (known !== undefined) return known
    return { ...row, open: await imported(row.public_jwk), secret: await secretOf(row, encryptionKey) }
  }

  async function refresh(): Promise<void> {
    let rows = await store.load()
    const due = dueAt(rows, now(), schedule)
    if (due !== undefined) {
      await store.create(due)
      rows = await store.load()
    }
    const outlived = new Set(outlivedAt(rows, now(), schedule.keep))
    for (const row of outlived) await store.remove(row)
    held = await Promise.all(rows.filter((row) => !outlived.has(row)).map(hold))
  }

  function signingOrLater(): readonly HeldKey[] {
    const current = signingAt(held, now())
    return current === undefined ? [] : held.slice(held.indexOf(current))
  }

  async function replaceUnreadable(): Promise<void> {
    const last = held.at(-1)
    if (last === undefined || !signingOrLater().some((key) => key.secret instanceof UnreadableKey)) return
    await store.create({ generation: last.generation + 1, signs_from: new Date(now()) })
    await refresh()
  }

  await refresh()
  if (options.replaceUnreadable === true) await replaceUnreadable()
  const unreadable = signingOrLater().find((key) => key.secret instanceof UnreadableKey)
  if (unreadable?.secret instanceof UnreadableKey) throw unreadable.secret

  return {
    refresh,
    published: () => held.map((key) => key.public_jwk),
    find: async (kid) => held.find((key) => key.id === kid)?.open,
    trusts: (kid) => held.some((key) => key.id === kid),
    signer() {
      const current = signingAt(held, now())
      if (current === undefined) throw new UnreadableKey('(none)', undefined)
      if (current.secret instanceof UnreadableKey) throw current.secret
      return { kid: current.id, key: current.secret }
    },
  }
}

async function secretOf(row: SigningKeyRow, encryptionKey: Buffer): Promise<CryptoKey | UnreadableKey> {
  try {
    return await imported(decryptJwk(row.private_jwk_encrypted, row.id, encryptionKey))
  } catch (error) {
    if (error instanceof UnreadableKey) return error
    throw error
  }
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, 'EdDSA')) as CryptoKey
}
