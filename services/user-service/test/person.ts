import { expect } from 'vitest'
import type { Profile } from '../src/profiles/profile.js'

/** What an answer's body may hold: a profile, several, or a problem. */
export interface Body extends Profile {
  readonly items: Profile[]
  readonly nextCursor: null
  readonly type: string
  readonly current: Profile
  readonly errors: { in: string; pointer: string; detail: string }[]
}

/** What the service answered. */
export interface Answer {
  readonly status: number
  readonly etag: string
  readonly headers: Headers
  readonly body: Body
}

type Extra = Readonly<Record<string, string>>

/** Somebody with an access token, who talks to the service over HTTP. */
export class Person {
  readonly id: string
  readonly #origin: string
  readonly #token: string

  constructor(origin: string, id: string, token: string) {
    this.#origin = origin
    this.id = id
    this.#token = token
  }

  /** Sends a request. Whatever is wrong with it, the answer must not be a 500, and errors must be problems. */
  async send(method: string, path: string, body?: unknown, headers: Extra = {}): Promise<Answer> {
    const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
    const response = await fetch(new URL(path, this.#origin), {
      method,
      headers: {
        authorization: this.authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: sent }),
    })
    const text = await response.text()
    const type = response.headers.get('content-type') ?? ''
    if (response.status >= 400) {
      expect(type).toMatch(/^application\/problem\+json/)
      expect(text).not.toMatch(/node_modules|\.[jt]s:\d|postgres|relation "/)
    }
    expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(500)
    return {
      status: response.status,
      etag: response.headers.get('etag') ?? '',
      headers: response.headers,
      body: (type.includes('json') ? JSON.parse(text) : {}) as Body,
    }
  }

  /** The header that they show. */
  get authorization(): string {
    return `Bearer ${this.#token}`
  }

  get(path: string, headers: Extra = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers)
  }

  me(): Promise<Answer> {
    return this.get('/api/users/me')
  }

  patch(etag: string, patch: unknown): Promise<Answer> {
    return this.send('PATCH', '/api/users/me', patch, { 'if-match': etag })
  }
}
