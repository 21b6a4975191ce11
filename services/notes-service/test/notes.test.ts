import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const groceries = { title: 'Groceries', body: 'Milk', tags: ['home'] }
const anInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('writing a note', () => {
  it('answers the note, where it is, and its version', async () => {
    const ada = await stage.person()
    const made = await ada.send('POST', '/api/notes', groceries)
    expect(made.status).toBe(201)
    expect(made.etag).toBe('"1"')
    expect(made.headers.get('location')).toBe(`/api/notes/${made.body.id}`)
    expect(made.body).toEqual({
      ...groceries,
      format: 'plain',
      author: null,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      authorId: ada.id,
      version: 1,
      createdAt: expect.stringMatching(anInstant),
      updatedAt: expect.stringMatching(anInstant),
    })
    const read = await ada.get(`/api/notes/${made.body.id}`)
    expect(read.body).toEqual(made.body)
    expect(read.etag).toBe('"1"')
  })

  it('takes the defaults for what is left out, and a tag once', async () => {
    const ada = await stage.person()
    expect((await ada.writes({ title: 'T' })).body).toMatchObject({ body: '', tags: [], format: 'plain' })
    expect((await ada.writes({ title: 'T', tags: ['a', 'b', 'a'] })).body.tags).toEqual(['a', 'b'])
  })

  it('keeps the longest note, in the widest characters, written in the longest way', async () => {
    const ada = await stage.person()
    const note = {
      title: '𝒯'.repeat(200),
      body: '🦊'.repeat(100_000),
      tags: Array.from({ length: 20 }, (_, n) => `${'🏷'.repeat(48)}${n}`),
    }
    const escaped = JSON.stringify(note).replace(
      /[^\0-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
    )
    const made = await ada.send('POST', '/api/notes', escaped)
    expect(made.status).toBe(201)
    expect((await ada.get(`/api/notes/${made.body.id}`)).body).toMatchObject(note)
  })

  it('keeps every word of a note of nothing but different words', async () => {
    const ada = await stage.person()
    const body = Array.from({ length: 25_000 }, (_, n) => String.fromCodePoint(0x20000 + n) + '字').join(' ')
    await ada.writes({ title: 'Words', body: body.slice(0, 99_000) })
    expect((await ada.get(`/api/notes?q=${encodeURIComponent('𠀁字')}`)).body.items).toHaveLength(1)
  })
})

describe('changing a note', () => {
  it('replaces it whole with PUT', async () => {
    const ada = await stage.person()
    const { body: note, etag } = await ada.writes(groceries)
    const changed = await ada.put(note.id, etag, { title: 'Done' })
    expect(changed.status).toBe(200)
    expect(changed.etag).toBe('"2"')
    expect(changed.body).toMatchObject({
      title: 'Done',
      body: '',
      tags: [],
      version: 2,
      createdAt: note.createdAt,
    })
    expect(changed.body.updatedAt >= note.updatedAt).toBe(true)
  })

  it('changes what a merge patch names, in both content types', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    const one = await ada.patch(note.id, '"1"', { title: 'Shopping' })
    expect(one.body).toMatchObject({ title: 'Shopping', body: 'Milk', tags: ['home'], version: 2 })
    const two = await ada.send(
      'PATCH',
      `/api/notes/${note.id}`,
      { body: null, tags: null },
      {
        'if-match': one.etag,
        'content-type': 'application/merge-patch+json',
      },
    )
    expect(two.body).toMatchObject({ title: 'Shopping', body: '', tags: [], version: 3 })
    expect(two.etag).toBe('"3"')
  })

  it('keeps how a note is to be read, back to revisions of before, until somebody says otherwise', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes({ ...groceries, format: 'markdown' })
    expect(note.format).toBe('markdown')
    const path = `/api/notes/${note.id}`
    expect((await ada.patch(note.id, '"1"', { body: '# Milk' })).body.format).toBe('markdown')
    expect((await ada.patch(note.id, '"2"', { format: null })).body.format).toBe('plain')
    const back = await ada.send('POST', `${path}/restore`, { version: 1 }, { 'if-match': '"3"' })
    expect(back.body).toMatchObject({ body: 'Milk', format: 'markdown', version: 4 })
    expect((await ada.patch(note.id, '"4"', { format: 'html' })).status).toBe(400)
  })

  it('refuses to take the title away', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    const refused = await ada.patch(note.id, '"1"', { title: null })
    expect(refused.status).toBe(400)
    expect(refused.body.errors).toContainEqual(expect.objectContaining({ pointer: '#/title' }))
  })

  it('makes no version of an empty patch, but checks what it was based on', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    const same = await ada.patch(note.id, '"1"', {})
    expect([same.status, same.etag, same.body]).toEqual([200, '"1"', note])
    expect((await ada.patch(note.id, '*', {})).status).toBe(200)
    const stale = await ada.patch(note.id, '"7"', {})
    expect([stale.status, stale.etag, stale.body.current]).toEqual([412, '"1"', note])
    expect((await ada.send('PATCH', `/api/notes/${note.id}`, {})).status).toBe(428)
    expect(await ada.all(`/api/notes/${note.id}/history`)).toHaveLength(1)
  })

  it('tells who comes late what the note is now', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    const first = await ada.patch(note.id, '"1"', { title: 'First' })
    for (const late of [
      await ada.put(note.id, '"1"', groceries),
      await ada.patch(note.id, '"1"', { title: 'Second' }),
      await ada.delete(note.id, '"1"'),
      await ada.restore(note.id, '"1"', 1),
      await ada.patch(note.id, 'W/"2"', { title: 'Weak' }),
    ]) {
      expect(late.status).toBe(412)
      expect(late.etag).toBe('"2"')
      expect(late.body.current).toEqual(first.body)
    }
  })

  it('wants to know what a change is based on', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    const path = `/api/notes/${note.id}`
    expect((await ada.send('PUT', path, groceries)).status).toBe(428)
    expect((await ada.send('PATCH', path, { title: 'T' })).status).toBe(428)
    expect((await ada.send('DELETE', path)).status).toBe(428)
    expect((await ada.send('POST', `${path}/restore`, { version: 1 })).status).toBe(428)
    expect((await ada.put(note.id, '1', groceries)).status).toBe(400)
    expect((await ada.put(note.id, '*', groceries)).status).toBe(200)
    expect((await ada.put(note.id, '"1", "2"', groceries)).status).toBe(200)
  })

  it('is told apart from not having changed', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    expect((await ada.get(`/api/notes/${note.id}`, { 'if-none-match': '"1"' })).status).toBe(304)
    expect((await ada.get(`/api/notes/${note.id}`, { 'if-none-match': '"0"' })).status).toBe(200)
  })
})

describe('deleting a note', () => {
  it('hides it from everything but its history, and a restore brings it back', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    const gone = await ada.delete(note.id, '"1"')
    expect([gone.status, gone.etag]).toEqual([204, '"2"'])

    expect((await ada.get(`/api/notes/${note.id}`)).status).toBe(404)
    expect((await ada.put(note.id, '"2"', groceries)).status).toBe(404)
    expect((await ada.patch(note.id, '"2"', { title: 'T' })).status).toBe(404)
    expect((await ada.patch(note.id, '"2"', {})).status).toBe(404)
    expect((await ada.delete(note.id, '"2"')).status).toBe(404)
    expect((await ada.get('/api/notes')).body.items).toEqual([])

    const history = await ada.all(`/api/notes/${note.id}/history`)
    expect(history.map(({ version, operation }) => [version, operation])).toEqual([
      [2, 'delete'],
      [1, 'insert'],
    ])

    const back = await ada.restore(note.id, gone.etag, 1)
    expect(back.status).toBe(200)
    expect(back.body).toMatchObject({ ...groceries, version: 3 })
    expect((await ada.get(`/api/notes/${note.id}`)).body).toEqual(back.body)
    expect((await ada.get('/api/notes')).body.items).toEqual([back.body])
  })
})

describe('the revisions of a note', () => {
  it('are read newest first, page by page', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes({ title: 'v1' })
    for (let version = 1; version < 8; version++)
      await ada.patch(note.id, `"${version}"`, { title: `v${version + 1}` })
    const history = await ada.all(`/api/notes/${note.id}/history`, 3)
    expect(history.map(({ version }) => version)).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    for (const { version, changedAt, note: then } of history) {
      expect(then).toMatchObject({ id: note.id, title: `v${version}`, version, updatedAt: changedAt })
      expect(then.createdAt).toBe(note.createdAt)
    }
  })

  it('can be restored, and those that never were cannot', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    await ada.put(note.id, '"1"', { title: 'Other' })
    expect((await ada.restore(note.id, '"2"', 1)).body).toMatchObject({ ...groceries, version: 3 })
    const unknown = await ada.restore(note.id, '"3"', 9)
    expect([unknown.status, unknown.body.type]).toEqual([404, 'urn:problem-type:revision-not-found'])
    for (const version of [0, -1, 1.5, '1', null, 2 ** 31, 1e300]) {
      const refused = await ada.send(
        'POST',
        `/api/notes/${note.id}/restore`,
        { version },
        { 'if-match': '"3"' },
      )
      expect(refused.status).toBe(400)
    }
  })

  it('answer what the note was at an instant', async () => {
    const ada = await stage.person()
    const one = await ada.writes({ title: 'one' })
    const path = `/api/notes/${one.body.id}`
    await pause()
    const two = await ada.put(one.body.id, '"1"', { title: 'two' })
    await pause()
    const gone = await ada.delete(one.body.id, '"2"')
    await pause()
    const back = await ada.restore(one.body.id, gone.etag, 1)
    const [, tombstone] = await ada.all(`${path}/history`)

    const asOf = async (instant: string) => ada.get(`${path}?asOf=${encodeURIComponent(instant)}`)
    expect((await asOf(one.body.updatedAt)).body).toEqual(one.body)
    expect((await asOf(one.body.createdAt)).body).toEqual(one.body)
    expect((await asOf(shifted(two.body.updatedAt, -1))).body).toEqual(one.body)
    expect((await asOf(two.body.updatedAt)).body).toEqual(two.body)
    expect((await asOf(two.body.updatedAt)).etag).toBe('"2"')
    expect((await asOf(tombstone?.changedAt ?? '')).status).toBe(404)
    expect((await asOf(back.body.updatedAt)).body).toEqual(back.body)
    expect((await asOf('9999-12-31T23:59:59-12:00')).body).toEqual(back.body)
    expect((await asOf(shifted(one.body.createdAt, -1))).status).toBe(404)
    expect((await asOf('0000-01-01T00:00:00+14:00')).status).toBe(404)
    expect(await asOf(inOffset(two.body.updatedAt, 2)).then((answer) => answer.body)).toEqual(two.body)
    expect((await ada.get(`${path}?asOf=${inOffset(two.body.updatedAt, 2)}`)).body).toEqual(two.body)
    for (const bad of ['', 'now', '2026-02-30T00:00:00Z', '2026-01-01', '\0'])
      expect((await asOf(bad)).status).toBe(400)
  })
})

describe('other people', () => {
  it('find no trace of a note, with any verb', async () => {
    const [ada, bob] = [await stage.person(), await stage.person()]
    const { body: note } = await ada.writes({ ...groceries, title: 'Secret plan' })
    const path = `/api/notes/${note.id}`
    const unknown = `/api/notes/${crypto.randomUUID()}`
    const asOf = encodeURIComponent(note.updatedAt)
    for (const [method, suffix, body] of [
      ['GET', ''],
      ['GET', `?asOf=${asOf}`],
      ['GET', '/history'],
      ['PUT', '', groceries],
      ['PATCH', '', { title: 'Mine' }],
      ['PATCH', '', {}],
      ['DELETE', ''],
      ['POST', '/restore', { version: 1 }],
    ] as const) {
      for (const ifMatch of ['"1"', '"7"', '*']) {
        const others = await bob.send(method, path + suffix, body, { 'if-match': ifMatch })
        const nobodys = await bob.send(method, unknown + suffix, body, { 'if-match': ifMatch })
        expect(others.status, `${method} ${suffix}`).toBe(404)
        expect(withoutRequest(others.body)).toEqual(withoutRequest(nobodys.body))
        expect(others.etag).toBe('')
      }
    }
    expect((await bob.get('/api/notes')).body.items).toEqual([])
    expect((await bob.get('/api/notes?q=secret')).body.items).toEqual([])
    expect((await bob.get('/api/notes?tag=home')).body.items).toEqual([])
    expect((await ada.get(path)).body).toEqual(note)
  })

  it('are people with a token', async () => {
    for (const [method, path] of [
      ['GET', '/api/notes'],
      ['POST', '/api/notes'],
      ['GET', `/api/notes/${crypto.randomUUID()}`],
    ] as const) {
      const answer = await fetch(new URL(path, stage.origin), { method })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })
})

describe('the audit log', () => {
  it('says who did what to which version, once for every write', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes(groceries)
    await ada.put(note.id, '"1"', groceries)
    await ada.patch(note.id, '"2"', { title: 'T' })
    await ada.patch(note.id, '"2"', { title: 'late' })
    await ada.delete(note.id, '"3"')
    await ada.restore(note.id, '"4"', 1)
    const { rows } = await stage.database.query(
      'select actor, action, version, detail from audit_log where entity = $1 and entity_id = $2 order by seq',
      ['notes', note.id],
    )
    expect(rows).toEqual([
      { actor: ada.id, action: 'note.created', version: 1, detail: {} },
      { actor: ada.id, action: 'note.replaced', version: 2, detail: {} },
      { actor: ada.id, action: 'note.patched', version: 3, detail: {} },
      { actor: ada.id, action: 'note.deleted', version: 4, detail: {} },
      { actor: ada.id, action: 'note.restored', version: 5, detail: { from: 1 } },
    ])
  })
})

const pause = () => new Promise((resolve) => setTimeout(resolve, 5))
const shifted = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString()

/** The same instant on a clock that many hours ahead. */
function inOffset(instant: string, hours: number): string {
  return shifted(instant, hours * 3_600_000).replace('Z', `+0${hours}:00`)
}

function withoutRequest(body: object): object {
  return { ...body, instance: undefined, requestId: undefined }
}
