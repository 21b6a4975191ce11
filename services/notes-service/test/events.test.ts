import { randomUUID } from 'node:crypto'
import { openValues } from '@freehold/runtime/personal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyProfileChanged } from '../src/authors/profile-changed.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

interface Told {
  readonly type: string
  readonly data: {
    readonly noteId: string
    readonly authorId: string
    readonly version: number
    readonly title?: string
  }
  readonly correlation_id: string
  readonly traceparent: string | null
}

const told = async (noteId: string): Promise<Told[]> => {
  const text = 'select type, data, correlation_id, traceparent from events where key = $1 order by seq'
  return (await stage.database.query<Told>(text, [noteId])).rows
}

/** The title that an event tells, which is sealed. */
async function titleOf({ type, data: { authorId, title } }: Told): Promise<unknown> {
  if (title === undefined) return undefined
  const place = { service: 'notes', name: type, field: 'title', subject: authorId }
  const [opened] = await openValues(stage.keys, [{ ...place, envelope: title }])
  return opened
}

describe('what a note makes known', () => {
  it('is that it was written, revised, deleted and restored, each with the version that it made', async () => {
    const ada = await stage.person()
    const { id } = (await ada.writes({ title: 'A', body: 'nobody else’s business' })).body
    await ada.put(id, '"1"', { title: 'B' })
    await ada.patch(id, '*', { tags: ['t'] })
    await ada.delete(id, '"3"')
    await ada.restore(id, '"4"', 1)
    await ada.restore(id, '"5"', 2)
    const all = await told(id)
    const titles = await Promise.all(all.map(titleOf))
    expect(all.map(({ type, data }, index) => [type, data.version, titles[index]])).toEqual([
      ['notes.note-created.v1', 1, 'A'],
      ['notes.note-revised.v1', 2, 'B'],
      ['notes.note-revised.v1', 3, 'B'],
      ['notes.note-deleted.v1', 4, undefined],
      ['notes.note-restored.v1', 5, 'A'],
      ['notes.note-revised.v1', 6, 'B'],
    ])
    expect(JSON.stringify(await told(id))).not.toContain('business')
  })

  it('is nothing where nothing changed', async () => {
    const ada = await stage.person()
    const { id } = (await ada.writes({ title: 'A' })).body
    await ada.patch(id, '"1"', {})
    await ada.put(id, '"7"', { title: 'B' })
    await (await stage.person()).delete(id, '*')
    expect(await told(id)).toHaveLength(1)
  })

  it('says which request and which trace it comes from', async () => {
    const ada = await stage.person()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const headers = { 'x-request-id': 'request-of-a-trace', traceparent }
    const { id } = (await ada.send('POST', '/api/notes', { title: 'A' }, headers)).body
    expect(await told(id)).toMatchObject([{ correlation_id: 'request-of-a-trace', traceparent }])
  })

  it('is told once of a note that is sent twice with one Idempotency-Key', async () => {
    const ada = await stage.person()
    const headers = { 'idempotency-key': randomUUID() }
    const sent = await Promise.all(
      Array.from({ length: 4 }, () => ada.send('POST', '/api/notes', { title: 'A' }, headers)),
    )
    const [id, ...others] = new Set(sent.map(({ body }) => body.id))
    expect(others).toEqual([])
    expect(await told(id ?? '')).toHaveLength(1)
  })
})

describe('the author of a note', () => {
  const profile = (userId: string, version: number, displayName: string) =>
    stage.database.transaction((tx) =>
      applyProfileChanged(tx, { data: { userId, displayName, avatarUrl: null, version } }),
    )

  it('is shown wherever the note is, as the last event told', async () => {
    const ada = await stage.person()
    const made = await ada.writes({ title: 'A' })
    expect(made.body.author).toBeNull()
    const { id } = made.body
    await profile(ada.id, 1, 'Ada')
    await profile(ada.id, 3, 'Ada L.')
    await profile(ada.id, 2, 'late')
    const author = { displayName: 'Ada L.', avatarUrl: null }
    expect((await ada.get(`/api/notes/${id}`)).body.author).toEqual(author)
    expect((await ada.all('/api/notes')).map((note) => note.author)).toEqual([author])
    expect((await ada.put(id, made.etag, { title: 'B' })).body.author).toEqual(author)
    expect((await ada.put(id, made.etag, { title: 'C' })).body.current.author).toEqual(author)
    expect((await ada.all(`/api/notes/${id}/history`)).map(({ note }) => note.author)).toEqual([
      author,
      author,
    ])
  })

  it('makes a cached note stale by another name, and a write no conflict', async () => {
    const ada = await stage.person()
    await profile(ada.id, 1, 'Ada')
    const { etag, body } = await ada.writes({ title: 'A' })
    const read = (held: string) => ada.get(`/api/notes/${body.id}`, { 'if-none-match': held })
    expect((await read(etag)).status).toBe(304)
    await profile(ada.id, 2, 'Ada L.')
    expect((await read(etag)).body.author?.displayName).toBe('Ada L.')
    expect((await ada.patch(body.id, etag, { title: 'B' })).status).toBe(200)
    expect((await ada.patch(body.id, etag, { title: 'C' })).status).toBe(412)
  })
})
