import type { KnownKey } from './keys.js'

/** A token that was verified. */
export interface Verified {
  /** The key that proved it. */
  readonly key: KnownKey
  readonly kid: string
  /** Its end, in seconds since 1970. */
  readonly expires: number
}

/** Tokens that were verified lately; the least recently used is forgotten first. */
export interface RememberedTokens {
  get(token: string): Verified | undefined
  set(token: string, verified: Verified): void
  delete(token: string): void
}

/** @param max - How many are remembered. */
export function rememberedTokens(max: number): RememberedTokens {
  // A Map keeps its entries in the order in which they were set.
  const tokens = new Map<string, Verified>()
  return {
    get(token) {
      const found = tokens.get(token)
      if (found === undefined) return undefined
      tokens.delete(token)
      tokens.set(token, found)
      return found
    },
    set(token, verified) {
      tokens.set(token, verified)
      if (tokens.size <= max) return
      const [oldest] = tokens.keys()
      if (oldest !== undefined) tokens.delete(oldest)
    },
    delete: (token) => void tokens.delete(token),
  }
}
