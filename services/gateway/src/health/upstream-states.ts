import type { Upstream } from '../proxy/upstream.js'

/** What is known of a service's readiness. */
export type UpstreamState = 'ready' | 'not ready' | 'unreachable'

/** How services are asked. Times in milliseconds. */
export interface ProbeOptions {
  /** Until a service counts as unreachable. Default 1000. */
  readonly timeout?: number
  /** How long an answer is good, so that asking the door often asks the services seldom. Default 1000. */
  readonly keep?: number
  readonly now?: () => number
}

/**
 * Asks all services whether they are ready.
 *
 * @param upstreams - The services.
 * @param options - How patiently and how often.
 * @returns Their states by name, from a moment ago at most.
 */
export function upstreamStates(
  upstreams: readonly Upstream[],
  options: ProbeOptions = {},
): () => Promise<Record<string, UpstreamState>> {
  const { timeout = 1_000, keep = 1_000, now = Date.now } = options
  let states: Promise<Record<string, UpstreamState>> | undefined
  let askedAt = -Infinity

  return () => {
    if (states === undefined || now() - askedAt > keep) {
      askedAt = now()
      states = askAll(upstreams, timeout)
    }
    return states
  }
}

async function askAll(
  upstreams: readonly Upstream[],
  timeout: number,
): Promise<Record<string, UpstreamState>> {
  const asked = upstreams.map(
    async ({ name, url }) => [name, await ask(new URL('/health/ready', url), timeout)] as const,
  )
  return Object.fromEntries(await Promise.all(asked))
}

async function ask(url: URL, timeout: number): Promise<UpstreamState> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: 'error' })
    await response.body?.cancel()
    return response.ok ? 'ready' : 'not ready'
  } catch {
    // Whatever the network says, the answer is the same; forwarded requests log their causes.
    return 'unreachable'
  }
}
