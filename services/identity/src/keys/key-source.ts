import type { CryptoKey } from 'jose'

/** Where the public keys of the auth-service come from. */
export interface KeySource {
  /**
   * The public key of that id, or undefined when the auth-service publishes none.
   *
   * @throws KeysUnavailable when it cannot be known.
   */
  find(kid: string): Promise<CryptoKey | undefined>
  /** Whether the key is still trusted, as far as is known without asking. */
  trusts(kid: string): boolean
}

/** The public keys cannot be read, and none were read before: no token can be judged now. */
export class KeysUnavailable extends Error {
  /** @param cause - Why the last attempt failed. */
  constructor(cause: unknown) {
    super('The key set of the auth-service cannot be read.', { cause })
    this.name = 'KeysUnavailable'
  }
}
