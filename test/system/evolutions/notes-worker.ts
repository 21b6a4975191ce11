import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Answer, Body, Client } from './client.js'
import type { Worker } from './load.js'

interface KnownNote {
  readonly id: string
  /** What it said at each of its versions; nothing where it was deleted. */
  readonly versions: (Content | undefined)[]
}

interface Content {
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly format: string
}

const one = '/api/notes/{id}'

/**
 * Somebody who writes, changes, deletes and restores notes of their own, so that they know each version of each, and who
 * compares every answer with it.
 *
 * @param canFormat - Whether all who may answer know of formats.
 */
export function notesWorker(client: Client, canFormat: () => boolean): Worker {
  const notes: KnownNote[] = []
  let turn = 0

  const now = ({ versions }: KnownNote): Content | undefined => versions.at(-1)
  const etag = ({ versions }: KnownNote, back = 0): string => `"${versions.length - back}"`
  const any = (isThere: boolean): KnownNote | undefined => {
    const found = notes.filter((note) => (now(note) !== undefined) === isThere)
    return found[Math.floor(Math.random() * found.length)]
  }

  /** An old version shows no format; whoever shows one shows the right one. */
  function compare(what: string, { body, by }: Pick<Answer, 'body' | 'by'>, note: KnownNote): void {
    const { title, body: text, tags, format = now(note)?.format, version } = body
    if (
      !isDeepStrictEqual({ title, body: text, tags, format }, now(note)) ||
      version !== note.versions.length
    )
      client.wrong(`${what} by ${by} says something else`, { body, known: now(note) })
  }

  async function write(): Promise<void> {
    const key = randomUUID()
    const content = { title: `Note ${(turn += 1)}`, body: `written ${key}`, tags: ['a', 'b'] }
    const formatted = canFormat() ? { ...content, format: turn % 2 === 0 ? 'markdown' : 'plain' } : content
    const post = {
      method: 'POST',
      path: '/api/notes',
      route: '/api/notes',
      body: formatted,
      headers: { 'idempotency-key': key },
      expects: [201],
    }
    const made = await client.ask(post)
    if (made === undefined) return
    const note = { id: String(made.body['id']), versions: [{ format: 'plain', ...formatted }] }
    notes.push(note)
    compare('POST', made, note)
    // Whoever is asked again, another version perhaps, must know the request for the same.
    const again = await client.ask({ ...post, route: '/api/notes (again)' })
    if (again && again.body['id'] !== note.id) client.wrong('a repeated POST made another note', again.body)
  }

  async function change(note: KnownNote, method: 'PATCH' | 'PUT', changes: Partial<Content>): Promise<void> {
    const whole = { ...now(note), ...changes } as Content
    const { format, ...unformatted } = whole
    const body = method === 'PATCH' ? changes : canFormat() ? { ...unformatted, format } : unformatted
    const changed = await client.ask({
      method,
      path: `/api/notes/${note.id}`,
      route: one,
      body,
      headers: { 'if-match': etag(note) },
      expects: [200],
    })
    if (changed === undefined) return
    // Who knows of formats takes the default for one that a PUT leaves out, as for everything else.
    const isReset = method === 'PUT' && !('format' in body) && changed.body['format'] !== undefined
    note.versions.push(isReset ? { ...whole, format: 'plain' } : whole)
    compare(method, changed, note)
  }

  /** Two who have seen the same version: the second is refused, and told what it is now. */
  async function loseARace(note: KnownNote): Promise<void> {
    const refused = await client.ask({
      method: 'PATCH',
      path: `/api/notes/${note.id}`,
      route: `${one} (stale)`,
      body: { body: 'too late' },
      headers: { 'if-match': etag(note, 1) },
      expects: [412],
    })
    if (refused) compare('412', { ...refused, body: refused.body['current'] as Body }, note)
  }

  async function remove(note: KnownNote): Promise<void> {
    const gone = await client.ask({
      method: 'DELETE',
      path: `/api/notes/${note.id}`,
      route: one,
      headers: { 'if-match': etag(note) },
      expects: [204],
    })
    if (gone) note.versions.push(undefined)
  }

  async function restore(note: KnownNote): Promise<void> {
    const back = note.versions.findLastIndex((content) => content !== undefined)
    const content = note.versions[back]
    const restored = await client.ask({
      method: 'POST',
      path: `/api/notes/${note.id}/restore`,
      route: `${one}/restore`,
      body: { version: back + 1 },
      headers: { 'if-match': etag(note) },
      expects: [200],
    })
    if (restored === undefined || content === undefined) return
    note.versions.push(content)
    compare('restore', restored, note)
  }

  async function read(note: KnownNote): Promise<void> {
    const path = `/api/notes/${note.id}`
    const found = await client.ask({
      method: 'GET',
      path,
      route: one,
      expects: [now(note) === undefined ? 404 : 200],
    })
    if (found?.status === 200) compare('GET', found, note)
  }

  async function list(): Promise<void> {
    const path = '/api/notes?limit=100'
    const page = await client.ask({ method: 'GET', path, route: '/api/notes', expects: [200] })
    if (page === undefined) return
    const ids = (page.body['items'] as Body[]).map(({ id }) => String(id))
    const known = notes.filter((note) => now(note) !== undefined).map(({ id }) => id)
    if (!isDeepStrictEqual(ids.toSorted(), known.toSorted()))
      client.wrong('the list is another', { ids, known })
  }

  async function history(note: KnownNote): Promise<void> {
    const page = await client.ask({
      method: 'GET',
      path: `/api/notes/${note.id}/history?limit=100`,
      route: `${one}/history`,
      expects: [200],
    })
    if (page === undefined) return
    const versions = (page.body['items'] as Body[]).map(({ version }) => version).reverse()
    const known = note.versions.map((_, index) => index + 1).slice(-100)
    if (!isDeepStrictEqual(versions, known))
      client.wrong('the history has other versions', { versions, known })
  }

  async function step(): Promise<void> {
    const note = any(true)
    const gone = any(false)
    turn += 1
    if (note === undefined || notes.length < 5) return write()
    const lot = Math.random()
    if (lot < 0.1 && notes.length < 60) return write()
    if (lot < 0.35) return change(note, 'PATCH', { body: `changed ${turn}` })
    if (lot < 0.45) return change(note, 'PUT', { title: `Put ${turn}` })
    if (lot < 0.5 && canFormat()) return change(note, 'PATCH', { format: 'markdown' })
    if (lot < 0.55 && note.versions.length > 1) return loseARace(note)
    if (lot < 0.6) return remove(note)
    if (lot < 0.65 && gone) return restore(gone)
    if (lot < 0.7) return list()
    if (lot < 0.75) return history(note)
    return read(lot < 0.8 && gone ? gone : note)
  }

  return {
    step,
    settle: async () => {
      await list()
      for (const note of notes) {
        await read(note)
        await history(note)
      }
    },
  }
}
