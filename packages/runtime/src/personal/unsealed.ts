import { FreeholdError } from '@freehold/manifest/errors'
import type { KeyStore } from './key-store.js'

/**
 * Stands for a value with something personal in it until its statement is run: what makes a statement does not wait, and
 * sealing asks the key store.
 */
export class Unsealed {
  readonly #seal: (keys: KeyStore) => Promise<unknown>

  /** @param seal - Makes what is stored. */
  constructor(seal: (keys: KeyStore) => Promise<unknown>) {
    this.#seal = seal
  }

  /**
   * What is stored instead.
   *
   * @throws FreeholdError `FREEHOLD_KEY_STORE_MISSING` when the connection has no keys; and what the store throws.
   */
  async sealedWith(keys: KeyStore | undefined): Promise<unknown> {
    return this.#seal(requiredKeys(keys))
  }
}

/**
 * The key store of a connection.
 *
 * @throws FreeholdError `FREEHOLD_KEY_STORE_MISSING` when it was given none.
 */
export function requiredKeys(keys: KeyStore | undefined): KeyStore {
  if (keys !== undefined) return keys
  throw new FreeholdError('FREEHOLD_KEY_STORE_MISSING', {
    message: 'Something personal is to be sealed or opened over a connection without a key store.',
  })
}

type Row = readonly (readonly [column: string, value: unknown])[]

/** Whether a row has something that is to be sealed. */
export function isUnsealed(row: Row): boolean {
  return row.some(([, value]) => value instanceof Unsealed)
}

/** The row as it is stored. Its columns stay the same, and with them the text of its statement. */
export async function sealedRow(keys: KeyStore | undefined, row: Row): Promise<Row> {
  if (!isUnsealed(row)) return row
  return Promise.all(
    row.map(async ([column, value]) =>
      value instanceof Unsealed
        ? ([column, await value.sealedWith(keys)] as const)
        : ([column, value] as const),
    ),
  )
}
