import { setTimeout as sleep } from 'node:timers/promises'
import { answeredBy } from './balancer.js'
import type { Tally } from './tally.js'

/** What an answer's body may hold; each client knows what it asked for. */
export type Body = Record<string, unknown>

/** An answer that was expected. */
export interface Answer {
  readonly status: number
  readonly etag: string
  readonly body: Body
  readonly headers: Headers
  /** The version that answered. */
  readonly by: string
}

/** A request, and what may come of it. */
export interface Asking {
  readonly method: string
  readonly path: string
  /** The path as it is counted: without ids. */
  readonly route: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The statuses that this request has earned. */
  readonly expects: readonly number[]
}

/** Sends requests to a service, and counts what becomes of each. */
export class Client {
  readonly #origin: string
  readonly #tally: Tally
  token: string | undefined

  constructor(port: number, tally: Tally, token?: string) {
    this.#origin = `http://127.0.0.1:${port}`
    this.#tally = tally
    this.token = token
  }

  /** The answer; nothing when it is none of those that were expected, which is counted as a failure. */
  async ask({ method, path, route, body, headers = {}, expects }: Asking): Promise<Answer | undefined> {
    const what = `${method} ${route}`
    try {
      const response = await fetch(`${this.#origin}${path}`, {
        method,
        headers: {
          ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const by = response.headers.get(answeredBy) ?? 'nobody'
      if (!expects.includes(response.status)) {
        await this.#failed(`${what} ${response.status}, by ${by}`, text)
        return undefined
      }
      this.#tally.expected(`${what} ${response.status}, by ${by}`)
      return {
        status: response.status,
        etag: response.headers.get('etag') ?? '',
        body: text === '' ? {} : (JSON.parse(text) as Body),
        headers: response.headers,
        by,
      }
    } catch (error) {
      await this.#failed(what, String(error instanceof Error ? (error.cause ?? error) : error))
      return undefined
    }
  }

  /** Who was refused waits a moment, as people do. */
  async #failed(what: string, said: string): Promise<void> {
    this.#tally.failed(what, said)
    await sleep(50)
  }

  /** Counts an answer whose content is not what it must be. */
  wrong(what: string, said: unknown): void {
    this.#tally.failed(what, JSON.stringify(said))
  }
}
