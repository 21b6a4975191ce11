import { keysFrom, MalformedKeySet, type KeysById } from './jwks.js'
import { KeysUnavailable, type KeySource } from './key-source.js'

/** How the published keys are fetched. All times in milliseconds. */
export interface RemoteKeysOptions {
  /** The address of the JWK set. */
  readonly url: URL
  /** After this age the keys are fetched anew, while the known ones go on serving. Default 5 minutes. */
  readonly maxAge?: number
  /** The least time between two fetches, so that forged key ids cannot flood the auth-service. Default 3 s. */
  readonly coolDown?: number
  /** The least time between two fetches as long as none has succeeded. Default 500 ms. */
  readonly retryAfter?: number
  /** How long a fetch may take. Default 3 s. */
  readonly timeout?: number
  /** Hears of every fetch that failed. */
  readonly onFetchError?: (error: unknown) => void
  /** The clock. */
  readonly now?: () => number
}

/**
 * The keys that the auth-service publishes. Once read they go on serving while it is down; an unknown key id
 * makes them read again, at most once per cool-down.
 *
 * @param options - Where the keys are and how long they are kept.
 */
export function remoteKeys(options: RemoteKeysOptions): KeySource {
  const { url, maxAge = 300_000, coolDown = 3_000, retryAfter = 500, timeout = 3_000 } = options
  const now = options.now ?? Date.now
  let keys: KeysById | undefined
  let fetchedAt = -Infinity
  let triedAt = -Infinity
  let lastError: unknown
  let underway: Promise<void> | undefined

  async function fetchKeys(): Promise<void> {
    triedAt = now()
    try {
      keys = await readKeys(url, timeout)
      fetchedAt = now()
    } catch (error) {
      lastError = error
      options.onFetchError?.(error)
    }
  }

  function refresh(): Promise<void> {
    if (underway !== undefined) return underway
    if (now() - triedAt < (keys === undefined ? retryAfter : coolDown)) return Promise.resolve()
    underway = fetchKeys().finally(() => (underway = undefined))
    return underway
  }

  return {
    async find(kid) {
      const known = keys?.get(kid)
      if (known !== undefined) {
        if (now() - fetchedAt > maxAge) void refresh()
        return known
      }
      await refresh()
      if (keys === undefined) throw new KeysUnavailable(lastError)
      return keys.get(kid)
    },
    trusts: (kid) => keys?.has(kid) ?? false,
  }
}

async function readKeys(url: URL, timeout: number): Promise<KeysById> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeout),
    redirect: 'error',
    headers: { accept: 'application/json' },
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new MalformedKeySet(`it was answered with ${response.status}`)
  }
  return keysFrom(await response.json())
}
