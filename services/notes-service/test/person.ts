import { expect } from 'vitest'
import type { Note } from '../src/notes/note.js'
import type { NoteRevision } from '../src/revisions/revision.js'

/** What an answer's body may hold: a note, a page, or a problem. */
export interface Body extends Note {
  readonly items: (Note & NoteRevision)[]
  readonly nextCursor: string | null
  readonly type: string
  readonly current: Note
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
        authorization: `Bearer ${this.#token}`,
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

  get(path: string, headers: Extra = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers)
  }

  /** Writes a note that must be accepted. */
  async writes(note: object): Promise<Answer> {
    const answer = await this.send('POST', '/api/notes', note)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer
  }

  put(id: string, etag: string, note: object): Promise<Answer> {
    return this.send('PUT', `/api/notes/${id}`, note, { 'if-match': etag })
  }

  patch(id: string, etag: string, patch: object): Promise<Answer> {
    return this.send('PATCH', `/api/notes/${id}`, patch, { 'if-match': etag })
  }

  delete(id: string, etag: string): Promise<Answer> {
    return this.send('DELETE', `/api/notes/${id}`, undefined, { 'if-match': etag })
  }

  restore(id: string, etag: string, version: number): Promise<Answer> {
    return this.send('POST', `/api/notes/${id}/restore`, { version }, { 'if-match': etag })
  }

  /** Every item of a list, page by page. */
  async all(path: string, limit = 100): Promise<(Note & NoteRevision)[]> {
    const items = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const joint = path.includes('?') ? '&' : '?'
      const page = await this.get(`${path}${joint}limit=${limit}${cursor && `&cursor=${cursor}`}`)
      expect(page.status, JSON.stringify(page.body)).toBe(200)
      items.push(...page.body.items)
      cursor = page.body.nextCursor
    }
    return items
  }
}
