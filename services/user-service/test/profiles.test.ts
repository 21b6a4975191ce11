import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Profile } from '../src/profiles/profile.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const anInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const rowsAbout = async (id: string) => {
  const count = async (text: string) =>
    (await stage.database.query<{ version: number }>(text, [id])).rows.map(({ version }) => version)
  return {
    profiles: await count('select version from profiles where id = $1'),
    history: await count('select version from profile_history where entity_id = $1 order by version'),
    audit: await count('select version from audit_log where entity_id = $1 order by version'),
  }
}

describe('a profile', () => {
  it('comes into being when its owner first looks at it', async () => {
    const ada = await stage.person('Ada')
    const me = await ada.me()
    expect(me.status).toBe(200)
    expect(me.etag).toBe('"1"')
    expect(me.body).toEqual({
      id: ada.id,
      displayName: 'Ada',
      name: { given: 'Ada', family: null },
      bio: '',
      avatarUrl: null,
      version: 1,
      createdAt: expect.stringMatching(anInstant),
      updatedAt: expect.stringMatching(anInstant),
    })
    expect((await ada.me()).body).toEqual(me.body)
    expect(await rowsAbout(ada.id)).toEqual({ profiles: [1], history: [1], audit: [1] })
  })

  it('comes into being once when its owner looks from many places at once', async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await stage.person('Ada')
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, at) => (at % 4 === 3 ? ada.patch('*', {}) : ada.me())),
      )
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
      expect(await rowsAbout(ada.id)).toEqual({ profiles: [1], history: [1], audit: [1] })
    }
  })

  it('comes into being when its owner first changes it', async () => {
    const ada = await stage.person('Ada')
    const changed = await ada.patch('*', { bio: 'Engines' })
    expect([changed.status, changed.etag]).toEqual([200, '"2"'])
    expect(await rowsAbout(ada.id)).toEqual({ profiles: [2], history: [1, 2], audit: [1, 2] })
  })

  it.each([
    ['x'.repeat(300), 'x'.repeat(100)],
    ['🦊'.repeat(101), '🦊'.repeat(100)],
    ['  Ada  ', 'Ada'],
    ["Robert'); drop table profiles;--", "Robert'); drop table profiles;--"],
  ])('takes the name %j from the token as far as it fits', async (name, shown) => {
    expect((await (await stage.person(name)).me()).body.displayName).toBe(shown)
  })

  it('is changed by a merge patch, in both content types', async () => {
    const ada = await stage.person('Ada')
    const { body: before, etag } = await ada.me()
    const one = await ada.patch(etag, {
      displayName: 'Ada L.',
      avatarUrl: 'https://example.org/ada.png?size=2#face',
    })
    expect(one.body).toMatchObject({
      displayName: 'Ada L.',
      avatarUrl: 'https://example.org/ada.png?size=2#face',
      bio: '',
      version: 2,
    })
    expect(one.body.createdAt).toBe(before.createdAt)
    const two = await ada.send(
      'PATCH',
      '/api/users/me',
      { avatarUrl: null, bio: null },
      {
        'if-match': one.etag,
        'content-type': 'application/merge-patch+json',
      },
    )
    expect(two.body).toMatchObject({ displayName: 'Ada L.', avatarUrl: null, bio: '', version: 3 })
    expect(await rowsAbout(ada.id)).toEqual({ profiles: [3], history: [1, 2, 3], audit: [1, 2, 3] })
  })

  it('does not change by an empty patch, which still says what it was based on', async () => {
    const ada = await stage.person('Ada')
    const { body: me } = await ada.me()
    const same = await ada.patch('"1"', {})
    expect([same.status, same.etag, same.body]).toEqual([200, '"1"', me])
    const stale = await ada.patch('"2"', {})
    expect([stale.status, stale.etag, stale.body.current]).toEqual([412, '"1"', me])
  })

  it('tells who comes late what it is now, and wants to know what a change is based on', async () => {
    const ada = await stage.person('Ada')
    await ada.me()
    const first = await ada.patch('"1"', { bio: 'first' })
    const late = await ada.patch('"1"', { bio: 'second' })
    expect([late.status, late.etag, late.body.current]).toEqual([412, '"2"', first.body])
    expect((await ada.send('PATCH', '/api/users/me', { bio: 'x' })).status).toBe(428)
    expect((await ada.patch('2', { bio: 'x' })).status).toBe(400)
    expect((await ada.get('/api/users/me', { 'if-none-match': '"2"' })).status).toBe(304)
  })

  it('loses no update of 32 who read again after a 412', async () => {
    const ada = await stage.person('Ada')
    const { body: me } = await ada.patch('*', { bio: '0' })
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        let current: Profile = me
        for (;;) {
          const answer = await ada.patch(`"${current.version}"`, { bio: String(Number(current.bio) + 1) })
          if (answer.status === 200) return
          expect(answer.status).toBe(412)
          current = answer.body.current
        }
      }),
    )
    expect((await ada.me()).body).toMatchObject({ bio: '32', version: 34 })
    const versions = Array.from({ length: 34 }, (_, at) => at + 1)
    expect(await rowsAbout(ada.id)).toEqual({ profiles: [34], history: versions, audit: versions })
  })
})

describe('what everybody sees', () => {
  it('is the public part, for people with a token', async () => {
    const [ada, bob] = [await stage.person('Ada'), await stage.person('Bob')]
    await ada.me()
    const seen = await bob.get(`/api/users/${ada.id}`)
    expect([seen.status, seen.body]).toEqual([
      200,
      { id: ada.id, displayName: 'Ada', name: { given: 'Ada', family: null }, bio: '', avatarUrl: null },
    ])
    expect(seen.etag).toBe('"1"')
    expect((await bob.get(`/api/users/${ada.id.toUpperCase()}`)).body).toEqual(seen.body)
    for (const path of ['/api/users/me', `/api/users/${ada.id}`, `/api/users?ids=${ada.id}`]) {
      expect((await fetch(new URL(path, stage.origin))).status).toBe(401)
    }
  })

  it('is not sent again to who has it already, until it changes', async () => {
    const [ada, bob] = [await stage.person('Ada'), await stage.person('Bob')]
    await ada.me()
    const again = () => bob.get(`/api/users/${ada.id}`, { 'if-none-match': '"1"' })
    expect((await again()).status).toBe(304)
    await ada.patch('"1"', { bio: 'Engines' })
    const changed = await again()
    expect([changed.status, changed.etag, changed.body.bio]).toEqual([200, '"2"', 'Engines'])
  })

  it.each([crypto.randomUUID(), 'Me', 'x', '%27', 'null', `${crypto.randomUUID()}x`])(
    'has nothing about %s',
    async (id) => {
      const ada = await stage.person()
      expect((await ada.get(`/api/users/${id}`)).status).toBe(404)
    },
  )

  it('comes for several people at once: in their order, each once, the unknown left out', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, (_, at) => stage.person(`Person ${at}`)))
    await Promise.all(people.map((person) => person.me()))
    const [a, b, c, d, e] = people.map(({ id }) => id)
    const ids = [e, a, crypto.randomUUID(), c?.toUpperCase(), a, d, b, e]
    const { body } = await people[0]!.get(`/api/users?ids=${ids.join(',')}`)
    expect(body.items.map(({ id }) => id)).toEqual([e, a, c, d, b])
    expect(body.nextCursor).toBeNull()
  })

  it('comes for at most a hundred people at once', async () => {
    const ada = await stage.person()
    const ids = (count: number) => Array.from({ length: count }, () => crypto.randomUUID()).join(',')
    expect((await ada.get(`/api/users?ids=${ids(100)}`)).status).toBe(200)
    expect((await ada.get(`/api/users?ids=${ids(101)}`)).status).toBe(400)
  })

  it.each([
    '',
    '?ids=',
    '?ids=me',
    '?ids=,',
    `?ids=${crypto.randomUUID()},`,
    '?ids=%00',
    "?ids='",
    '?ids=a&ids=b',
    `?ids=${crypto.randomUUID()}&x=1`,
    `?ids=${'a,'.repeat(4000)}`,
  ])('cannot be asked for with %j', async (query) => {
    const ada = await stage.person()
    expect((await ada.get(`/api/users${query}`)).status).toBe(400)
  })
})

describe('a display name', () => {
  it.each([' ', '\n\t', '\u200b', '\u3164\u00a0', 'Ada\u202egnp', 'A\nda', '\u0007Ada', 'Ada\u2066'])(
    'cannot be %j',
    async (displayName) => {
      const ada = await stage.person()
      const answer = await ada.patch('*', { displayName })
      expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([400, '#/displayName'])
    },
  )

  it.each(['Ada Lovelace', '👩‍💻', 'علی‌رضا', '李'])('can be %j', async (displayName) => {
    const ada = await stage.person()
    expect((await ada.patch('*', { displayName })).body.displayName).toBe(displayName)
  })
})

describe('a patch that cannot be', () => {
  it.each([
    ['null', '#'],
    [[], '#'],
    [7, '#'],
    ['{', undefined],
    ['', undefined],
    [{ displayName: '' }, '#/displayName'],
    [{ displayName: null }, '#/displayName'],
    [{ displayName: 7 }, '#/displayName'],
    [{ displayName: 'x'.repeat(101) }, '#/displayName'],
    [{ displayName: 'x\0' }, undefined],
    [{ bio: 'x'.repeat(1001) }, '#/bio'],
    [{ bio: ['x'] }, '#/bio'],
    [{ avatarUrl: '' }, '#/avatarUrl'],
    [{ avatarUrl: 'http://example.org/a.png' }, '#/avatarUrl'],
    [{ avatarUrl: 'javascript:alert(1)' }, '#/avatarUrl'],
    [{ avatarUrl: 'data:text/html,x' }, '#/avatarUrl'],
    [{ avatarUrl: '//example.org/a.png' }, '#/avatarUrl'],
    [{ avatarUrl: 'https://' }, '#/avatarUrl'],
    [{ avatarUrl: 'https://name:secret@example.org/' }, '#/avatarUrl'],
    [{ avatarUrl: ' https://example.org/' }, '#/avatarUrl'],
    [{ avatarUrl: 'https://example.org/\n' }, '#/avatarUrl'],
    [{ avatarUrl: `https://example.org/${'x'.repeat(2048)}` }, '#/avatarUrl'],
    [{ id: crypto.randomUUID() }, undefined],
    [{ version: 7 }, undefined],
    ['{"__proto__":{"bio":"x"}}', undefined],
    ['{"bio":"\\ud800"}', undefined],
    [new Uint8Array([0x7b, 0xff, 0x7d]), undefined],
  ])('%j: refused, with no trace', async (patch, pointer) => {
    const ada = await stage.person('Ada')
    const { body: before } = await ada.me()
    const refused = await ada.patch('"1"', patch)
    expect(refused.status).toBe(400)
    if (pointer !== undefined) expect(refused.body.errors.map((error) => error.pointer)).toContain(pointer)
    expect((await ada.me()).body).toEqual(before)
  })

  it('is too large, or of another type', async () => {
    const ada = await stage.person('Ada')
    expect((await ada.patch('*', { bio: 'x'.repeat(300_000) })).status).toBe(413)
    const answer = await ada.send('PATCH', '/api/users/me', '{}', {
      'if-match': '*',
      'content-type': 'text/plain',
    })
    expect(answer.status).toBe(415)
  })

  it('is answered whatever it is, never with a 500', async () => {
    const ada = await stage.person('Ada')
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json({ stringUnit: 'binary' }),
          fc
            .record(
              {
                displayName: fc.jsonValue(),
                bio: fc.jsonValue(),
                avatarUrl: fc.oneof(fc.jsonValue(), fc.webUrl()),
              },
              { requiredKeys: [] },
            )
            .map((value) => JSON.stringify(value)),
          fc.uint8Array({ maxLength: 40 }),
        ),
        async (patch) => {
          expect([200, 400]).toContain((await ada.patch('*', patch)).status)
        },
      ),
      { numRuns: 100 },
    )
  })
})
