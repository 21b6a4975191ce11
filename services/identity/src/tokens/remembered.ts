import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../caller.js'

/** A token that was verified before, and the key that proved it. */
export interface Remembered {
  readonly caller: Caller
  readonly kid: string
}

/** Tokens that were verified and have not expired. */
export interface RememberedTokens {
  get(token: string): Remembered | undefined
  set(token: string, remembered: Remembered): void
}

/**
 * A bounded memory of verified tokens. It holds digests: whoever reads this process's memory finds
 * no token in it that the request did not bring. What a token said of its owner goes when it expires, whether or not
 * anybody asks again.
 *
 * @param max - How many tokens are remembered; the least recently used is forgotten first.
 * @param now - The clock, in milliseconds since 1970.
 */
export function rememberedTokens(max: number, now: () => number): RememberedTokens {
  const cache = new LRUCache<string, Remembered>({ max, ttlAutopurge: true })
  const digest = (token: string) => createHash('sha256').update(token).digest('base64url')
  return {
    get(token) {
      const key = digest(token)
      const remembered = cache.get(key)
      if (remembered === undefined) return undefined
      if (remembered.caller.expiresAt.getTime() > now()) return remembered
      cache.delete(key)
      return undefined
    },
    set(token, remembered) {
      const ttl = remembered.caller.expiresAt.getTime() - now()
      if (ttl > 0) cache.set(digest(token), remembered, { ttl: Math.ceil(ttl) })
    },
  }
}
