/**
 * Wraps the keys of personal data with a key-encryption key that never leaves it: a file of the service's own, or a KMS
 * (its Encrypt and Decrypt), or Vault (`transit/encrypt`, `transit/decrypt`).
 */
export interface KeyEncryption {
  /** Names the key that wraps now. When it is another than before, the store wraps all its keys anew. */
  readonly current: string
  /**
   * Whether `current` has wrapped it. Where this is given, a store that is opened also finds what another process has
   * wrapped with an older key since all was wrapped anew. Absent where that cannot be told, or there is no older key.
   */
  readonly isCurrent?: ((wrapped: string) => boolean) | undefined
  /**
   * @param secret - What is wrapped.
   * @param context - Is authenticated with it: what was wrapped for another context is not unwrapped.
   * @throws FreeholdError `FREEHOLD_KEY_STORE_UNAVAILABLE` when it cannot be asked.
   */
  wrap(secret: Buffer, context: string): Promise<string>
  /** The opposite. @throws FreeholdError also `FREEHOLD_KEY_STORE_UNREADABLE`, for what no key of it has wrapped so. */
  unwrap(wrapped: string, context: string): Promise<Buffer>
}
