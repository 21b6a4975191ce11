import { HttpProblem } from '../http/problem.js'
import type { Sealer } from '../sealing/index.js'

/** Requests that wait for events: a bounded number for each consumer, and none when the service stops. */
export class LongPolls {
  readonly #sealer: Pick<Sealer, 'sealedBeyond'>
  readonly #log: string
  readonly #most: number
  readonly #waiting = new Map<string, number>()
  readonly #waits = new Set<AbortController>()
  #hasStopped = false

  /** @param most - How many requests of one consumer may wait at a time. */
  constructor(sealer: Pick<Sealer, 'sealedBeyond'>, log: string, most: number) {
    this.#sealer = sealer
    this.#log = log
    this.#most = most
  }

  /** Ends every waiting at once. */
  stop(): void {
    this.#hasStopped = true
    for (const wait of this.#waits) wait.abort()
  }

  get hasStopped(): boolean {
    return this.#hasStopped
  }

  /**
   * Waits until more than `position` is sealed, the time is up, or the client has left.
   *
   * @throws HttpProblem 429 when too many of the consumer wait, 503 when the service or its sealer stops.
   */
  async wait(consumer: string, position: number, waitMs: number, client: AbortSignal): Promise<void> {
    const count = this.#waiting.get(consumer) ?? 0
    if (count >= this.#most) throw tooMany(consumer, this.#most)
    const wait = new AbortController()
    const leave = (): void => wait.abort()
    client.addEventListener('abort', leave)
    this.#waits.add(wait)
    this.#waiting.set(consumer, count + 1)
    try {
      const { signal } = wait
      const begin = performance.now()
      const sealed = await this.#sealer.sealedBeyond(this.#log, position, { waitMs, signal })
      if (this.hasStopped) throw stopping()
      const hasWaited = client.aborted || performance.now() - begin >= Math.min(waitMs - 2, soonMs)
      // A sealer that has stopped lets everybody go at once.
      if (!hasWaited && sealed <= position) throw stopping()
    } finally {
      client.removeEventListener('abort', leave)
      this.#waits.delete(wait)
      const left = (this.#waiting.get(consumer) ?? 1) - 1
      if (left === 0) this.#waiting.delete(consumer)
      else this.#waiting.set(consumer, left)
    }
  }
}

/** In milliseconds; a timer may fire a little early. */
const soonMs = 5

/** What is answered to those who would have to wait, or come, when the service stops. */
export function stopping(): HttpProblem {
  return new HttpProblem(503, {
    slug: 'stopping',
    title: 'The service is stopping',
    detail: 'The service is stopping. Ask again: it, or another process of it, will be there.',
    headers: { 'retry-after': '1' },
  })
}

function tooMany(consumer: string, most: number): HttpProblem {
  return new HttpProblem(429, {
    slug: 'too-many-waiting',
    title: 'Too many requests wait',
    detail: `${most} requests of "${consumer}" wait for events already. Let one subscription ask after the other.`,
    headers: { 'retry-after': '1' },
  })
}
