import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

describe('the list of notes', () => {
  it('is empty, and then newest first, page by page', async () => {
    const ada = await stage.person()
    expect((await ada.get('/api/notes')).body).toEqual({ items: [], nextCursor: null })
    const titles = Array.from({ length: 7 }, (_, at) => `note ${at}`)
    for (const title of titles) await ada.writes({ title })
    for (const limit of [1, 2, 3, 7, 100]) {
      const listed = await ada.all('/api/notes', limit)
      expect(listed.map(({ title }) => title)).toEqual(titles.toReversed())
    }
    expect((await ada.get('/api/notes?limit=7')).body.nextCursor).toBeNull()
  })

  it('shows every note that was there all the time exactly once, while others come and go', async () => {
    const ada = await stage.person()
    const staying: string[] = []
    for (let at = 0; at < 12; at++) staying.push((await ada.writes({ title: `staying ${at}` })).body.id)
    const leaving = []
    for (let at = 0; at < 12; at++) leaving.push((await ada.writes({ title: `leaving ${at}` })).body.id)

    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await ada.get(`/api/notes?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.body.items.map(({ id }) => id))
      cursor = page.body.nextCursor
      await ada.writes({ title: 'new' })
      for (const id of leaving.splice(0, 4)) await ada.delete(id, '"1"')
    }
    expect(seen).toEqual([...new Set(seen)])
    expect(seen.filter((id) => staying.includes(id))).toEqual(staying.toReversed())
  })

  it('continues after a note that was deleted meanwhile', async () => {
    const ada = await stage.person()
    const ids = []
    for (let at = 0; at < 4; at++) ids.push((await ada.writes({ title: `note ${at}` })).body.id)
    const first = await ada.get('/api/notes?limit=2')
    for (const { id } of first.body.items) await ada.delete(id, '"1"')
    const second = await ada.get(`/api/notes?limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body.items.map(({ id }) => id)).toEqual([ids[1], ids[0]])
  })

  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=many',
    'limit=',
    'limit=9e99',
    'limit=1&limit=2',
    'cursor=',
    'cursor=garbage',
    'cursor=%00',
    'cursor=%FF%FE',
    `cursor=${Buffer.from("notes:' or 1=1").toString('base64url')}`,
    `cursor=${Buffer.from('notes:\0').toString('base64url')}`,
    `cursor=${Buffer.from('history/x:1').toString('base64url')}`,
    `cursor=${'A'.repeat(5000)}`,
    'page=2',
    'q=%00',
    'tag=a%00',
    `tag=${'x'.repeat(51)}`,
    `q=${'x'.repeat(501)}`,
  ])('refuses %s', async (query) => {
    const ada = await stage.person()
    await ada.writes({ title: 'T' })
    expect((await ada.get(`/api/notes?${query}`)).status).toBe(400)
  })

  it('is filtered by a tag as it was written', async () => {
    const ada = await stage.person()
    await ada.writes({ title: 'one', tags: ['home', 'a,b {"c"}'] })
    await ada.writes({ title: 'two', tags: ['Home', '🏠'] })
    const titles = async (tag: string) =>
      (await ada.all(`/api/notes?tag=${encodeURIComponent(tag)}`)).map(({ title }) => title)
    expect(await titles('home')).toEqual(['one'])
    expect(await titles('a,b {"c"}')).toEqual(['one'])
    expect(await titles('🏠')).toEqual(['two'])
    expect(await titles('nobody')).toEqual([])
  })
})

describe('searching notes', () => {
  it('finds words in title and body, as in web search', async () => {
    const ada = await stage.person()
    await ada.writes({ title: 'Shopping list', body: 'lemons and bread' })
    await ada.writes({ title: 'Lemons', body: 'how to grow them: שלום עולם' })
    await ada.writes({ title: 'Trip', body: 'über die Alpen 🏔️ – naïve plan' })
    const found = async (q: string) =>
      (await ada.all(`/api/notes?q=${encodeURIComponent(q)}`, 2)).map(({ title }) => title)

    expect(await found('LEMONS')).toEqual(['Lemons', 'Shopping list'])
    expect(await found('lemons bread')).toEqual(['Shopping list'])
    expect(await found('lemons -bread')).toEqual(['Lemons'])
    expect(await found('bread or alpen')).toEqual(['Trip', 'Shopping list'])
    expect(await found('"lemons and bread"')).toEqual(['Shopping list'])
    expect(await found('"bread lemons"')).toEqual([])
    expect(await found('שלום')).toEqual(['Lemons'])
    expect(await found('naïve')).toEqual(['Trip'])
    expect(await found('🏔️')).toEqual(['Trip'])
    expect(await found('–')).toEqual(['Trip'])
    expect(await found('nothing like it')).toEqual([])
    expect(await found('   ')).toHaveLength(3)
    expect(await found('')).toHaveLength(3)
  })

  it('finds a note by what it says now', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes({ title: 'apples' })
    await ada.put(note.id, '"1"', { title: 'pears' })
    expect((await ada.get('/api/notes?q=apples')).body.items).toEqual([])
    expect((await ada.get('/api/notes?q=pears')).body.items).toHaveLength(1)
  })

  it.each([
    '"',
    '""',
    '-',
    '--',
    '- -',
    'a OR',
    'OR',
    'or or',
    '!',
    '&',
    '|',
    '<->',
    'a <2> b',
    ':*',
    'a:*',
    "'",
    "''; drop table notes --",
    '\\',
    '%',
    '_',
    '(',
    '((((a',
    '"unclosed',
    'a"b"c',
    '-"a b"',
    '🎉',
    '\u202Eabc',
    '\u200B',
    'é',
    'x'.repeat(500),
    'a '.repeat(250),
    '"'.repeat(500),
  ])('takes %j for a question like any other', async (q) => {
    const ada = await stage.person()
    await ada.writes({ title: 'a', body: 'a b' })
    expect((await ada.get(`/api/notes?q=${encodeURIComponent(q)}`)).status).toBe(200)
  })

  it('never fails, whatever is asked', async () => {
    const ada = await stage.person()
    await ada.writes({ title: 'a', body: 'a b' })
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: 'binary', maxLength: 40 }),
        async (q, tag) => {
          const query = new URLSearchParams({ q, tag })
          const { status } = await ada.get(`/api/notes?${query.toString()}`)
          expect(status).toBe(/\0/.test(q + tag) ? 400 : 200)
        },
      ),
      { numRuns: 150 },
    )
  })
})
