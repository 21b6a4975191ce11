import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.js'
import type { Person } from './person.js'

let stage: Stage
let ada: Person
beforeAll(async () => {
  stage = await openStage()
  ada = await stage.person()
})
afterAll(() => stage.close())

/** Bodies that no operation takes, and the place that the answer points at. */
const refused: [what: string, body: unknown, pointer?: string][] = [
  ['no object', 'null'],
  ['a list', []],
  ['a text', '"title"'],
  ['a number', 7],
  ['nothing in it', {}, '#/title'],
  ['no title', { body: 'x' }],
  ['an empty title', { title: '' }, '#/title'],
  ['a blank title', { title: ' \n\u00a0' }, '#/title'],
  ['a title that nobody can see', { title: '\u200b\u0007\u202e' }, '#/title'],
  ['a title that is too long', { title: 'x'.repeat(201) }, '#/title'],
  ['a number for a title', { title: 7 }, '#/title'],
  ['a list for a title', { title: ['x'] }, '#/title'],
  ['no title but null', { title: null }, '#/title'],
  ['a body that is too long', { title: 'x', body: 'x'.repeat(100_001) }, '#/body'],
  ['a number for a body', { title: 'x', body: 1 }, '#/body'],
  ['a text for the tags', { title: 'x', tags: 'home' }, '#/tags'],
  ['a number for a tag', { title: 'x', tags: [1] }, '#/tags/0'],
  ['an empty tag', { title: 'x', tags: ['a', ''] }, '#/tags/1'],
  ['a tag that is too long', { title: 'x', tags: ['x'.repeat(51)] }, '#/tags/0'],
  ['too many tags', { title: 'x', tags: Array.from({ length: 21 }, String) }, '#/tags'],
  ['a member we do not know', { title: 'x', colour: 'red' }],
  ['an id', { title: 'x', id: crypto.randomUUID() }],
  ['an author', { title: 'x', authorId: crypto.randomUUID() }],
  ['a version', { title: 'x', version: 7 }],
  ['a prototype', '{"title":"x","__proto__":{"admin":true}}'],
  ['a constructor', '{"title":"x","constructor":{"prototype":{}}}'],
  ['a NUL', { title: 'x\0y' }],
  ['a NUL in a tag', { title: 'x', tags: ['\0'] }],
  ['half a character', '{"title":"\\ud800"}'],
  ['half a character in the body', '{"title":"x","body":"a\\udc00"}'],
  ['malformed JSON', '{"title":'],
  ['two documents', '{"title":"x"}{"title":"y"}'],
  ['nothing', ''],
  ['invalid UTF-8', new Uint8Array([...Buffer.from('{"title":"'), 0xff, 0xfe, ...Buffer.from('"}')])],
  ['an overlong encoding', new Uint8Array([...Buffer.from('{"title":"'), 0xc0, 0x80, ...Buffer.from('"}')])],
  ['deep nesting', '['.repeat(20_000) + ']'.repeat(20_000)],
]

describe('a body that cannot be', () => {
  it.each(refused)('%s: refused by POST and PUT, with no trace', async (_what, body, pointer) => {
    const { body: note } = await ada.writes({ title: 'before' })
    const before = (await ada.all('/api/notes')).length
    for (const answer of [
      await ada.send('POST', '/api/notes', body),
      await ada.send('PUT', `/api/notes/${note.id}`, body, { 'if-match': '"1"' }),
    ]) {
      expect(answer.status).toBe(400)
      if (pointer !== undefined) expect(answer.body.errors.map((error) => error.pointer)).toContain(pointer)
    }
    expect(await ada.all('/api/notes')).toHaveLength(before)
    expect((await ada.get(`/api/notes/${note.id}`)).body).toEqual(note)
  })

  it('is too large: 413', async () => {
    const huge = JSON.stringify({ title: 'x', body: 'x'.repeat(1_400_000) })
    expect((await ada.send('POST', '/api/notes', huge)).status).toBe(413)
  })

  it('is of another type: 415', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
      'nonsense',
    ]) {
      expect((await ada.send('POST', '/api/notes', '{"title":"x"}', { 'content-type': type })).status).toBe(
        415,
      )
    }
    expect(
      (
        await ada.send('POST', '/api/notes', '{"title":"x"}', {
          'content-type': 'application/json; charset=utf-8',
        })
      ).status,
    ).toBe(201)
  })
})

describe('SQL in every field', () => {
  const attack = `'); drop table notes; --"\\ $1 $$ :x ? %s \${1}`

  it('is text', async () => {
    const note = { title: attack, body: attack, tags: [attack, '{', '},{', 'null', 'NULL', '""', '\\'] }
    const made = await ada.writes(note)
    expect((await ada.get(`/api/notes/${made.body.id}`)).body).toMatchObject(note)
    const changed = await ada.patch(made.body.id, '"1"', { tags: [attack] })
    expect(changed.body.tags).toEqual([attack])
    expect(await ada.all(`/api/notes?tag=${encodeURIComponent(attack)}`)).toHaveLength(1)
    expect((await ada.get(`/api/notes?q=${encodeURIComponent(attack)}`)).status).toBe(200)
  })

  it.each([
    '%27',
    "1'%20or%20'1'='1",
    '1',
    'null',
    '%FF',
    '..%2F..',
    crypto.randomUUID() + 'x',
    `{${crypto.randomUUID()}}`,
    '%E2%80%AE',
  ])('in an id (%s) is an unknown id', async (id) => {
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['GET', '/history', undefined],
      ['PUT', '', { title: 'x' }],
      ['PATCH', '', { title: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/restore', { version: 1 }],
    ] as const) {
      const { status } = await ada.send(method, `/api/notes/${id}${path}`, body, { 'if-match': '*' })
      expect([400, 404]).toContain(status)
      if (!/%(FF|00)/.test(id)) expect(status).toBe(404)
    }
  })
})

describe('headers that cannot be', () => {
  it.each([
    '',
    '""',
    'x',
    '1',
    '"1',
    '"01"',
    '"-1"',
    '"1.0"',
    '"99999999999999999999"',
    '"1";"2"',
    "'1'",
    '"ä"',
    '*, "1"',
  ])('If-Match: %s never changes anything', async (ifMatch) => {
    const { body: note } = await ada.writes({ title: 'before' })
    const { status } = await ada.put(note.id, ifMatch, { title: 'after' })
    expect([400, 412, 428]).toContain(status)
    expect((await ada.get(`/api/notes/${note.id}`)).body).toEqual(note)
  })
})

describe('any input at all', () => {
  it('is answered: JSON to every operation, never a 500', async () => {
    const { body: note } = await ada.writes({ title: 'before' })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          ['POST', ''],
          ['PUT', `/${note.id}`],
          ['PATCH', `/${note.id}`],
          ['POST', `/${note.id}/restore`],
        ),
        fc.oneof(
          fc.json({ stringUnit: 'binary' }),
          fc
            .record(
              { title: fc.jsonValue(), body: fc.jsonValue(), tags: fc.jsonValue(), version: fc.jsonValue() },
              { requiredKeys: [] },
            )
            .map((value) => JSON.stringify(value)),
          fc.string({ unit: 'binary' }),
          fc.uint8Array({ maxLength: 40 }),
        ),
        async ([method = '', path = ''], body) => {
          const { status } = await ada.send(method, `/api/notes${path}`, body, { 'if-match': '*' })
          expect([200, 201, 400, 404]).toContain(status)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('is answered: any query to every list, never a 500', async () => {
    const { body: note } = await ada.writes({ title: 'before' })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/api/notes', `/api/notes/${note.id}`, `/api/notes/${note.id}/history`),
        fc.dictionary(
          fc.constantFrom('q', 'tag', 'limit', 'cursor', 'asOf', 'x'),
          fc.string({ unit: 'binary' }),
        ),
        async (path, query) => {
          const { status } = await ada.get(`${path}?${new URLSearchParams(query).toString()}`)
          expect([200, 400]).toContain(status)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('leaves the service in order', async () => {
    const { body: note } = await ada.writes({ title: 'after' })
    expect((await ada.get(`/api/notes/${note.id}`)).status).toBe(200)
  })
})
