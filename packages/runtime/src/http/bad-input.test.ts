import type { InjectOptions } from 'fastify'
import { afterAll, describe, expect, test } from 'vitest'
import { exampleApp, problemFrom } from '../../test/fixtures/service-app.js'

const app = exampleApp({ bodyLimit: 2_000 })

afterAll(() => app.close())

const post = (payload: string | Buffer, headers: object = {}): InjectOptions => ({
  method: 'POST',
  url: '/things',
  payload,
  headers: { 'content-type': 'application/json', ...headers },
})

const json = (value: unknown): InjectOptions => post(JSON.stringify(value))

const bytes = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))))

describe('a body that cannot be read is refused', () => {
  test.for<[name: string, request: InjectOptions, status: number]>([
    ['empty', post(''), 400],
    ['no JSON', post('{'), 400],
    ['a text behind JSON', post('{"title":"x"} {}'), 400],
    ['invalid UTF-8', post(bytes('{"title":"', 0xff, '"}')), 400],
    ['UTF-8 of a surrogate', post(bytes('{"title":"', 0xed, 0xa0, 0x80, '"}')), 400],
    ['an overlong NUL', post(bytes('{"title":"', 0xc0, 0x80, '"}')), 400],
    ['a raw NUL', post(bytes('{"title":"', 0, '"}')), 400],
    ['an escaped NUL', post('{"title":"\\u0000"}'), 400],
    ['half a surrogate pair', post('{"title":"\\ud800"}'), 400],
    ['an NUL in a name', post('{"title":"x","\\u0000":1}'), 400],
    ['an NUL deep inside', post('{"title":"x","free":[[{"a":"\\u0000"}]]}'), 400],
    ['__proto__', post('{"title":"x","__proto__":{"admin":true}}'), 400],
    ['an escaped __proto__', post('{"title":"x","free":{"__pr\\u006fto__":{}}}'), 400],
    ['constructor.prototype', post('{"title":"x","constructor":{"prototype":{}}}'), 400],
    ['a name twice', post('{"title":"x","title":"y"}'), 400],
    ['a name twice, once escaped', post('{"title":"x","t\\u0069tle":"y"}'), 400],
    ['a name twice deep inside', post('{"title":"x","free":[{"a":{},"a":[]}]}'), 400],
    ['absurd depth', post(`{"title":"x","free":${'['.repeat(400)}${']'.repeat(400)}}`), 400],
    ['too large', json({ title: 'x', free: 'x'.repeat(2_001) }), 413],
    ['a form', post('title=x', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
    ['a text', post('{"title":"x"}', { 'content-type': 'text/plain' }), 415],
    ['no type at all', post('{"title":"x"}', { 'content-type': '' }), 415],
    ['no media type', post('{"title":"x"}', { 'content-type': 'nonsense' }), 415],
    ['another charset', post('{"title":"x"}', { 'content-type': 'application/json; charset=utf-16' }), 415],
    ['compressed', post('{"title":"x"}', { 'content-encoding': 'gzip' }), 415],
    ['a merge patch to POST', post('{"title":"x"}', { 'content-type': 'application/merge-patch+json' }), 415],
  ])('%s', async ([, request, status]) => {
    expect(await problemFrom(app, request)).toMatchObject({ status })
  })

  test('and the refusal points at the place', async () => {
    const nul = post('{"title":"x","free":[1,{"a/b~c":"\\u0000"}]}')
    expect((await problemFrom(app, nul)).errors).toEqual([
      { in: 'body', pointer: '#/free/1/a~1b~0c', detail: 'must not contain a NUL character' },
    ])
  })
})

describe('a body of another shape is refused, with a pointer and a sentence', () => {
  test.for<[value: unknown, pointer: string, detail: string]>([
    [null, '#', 'must be an object'],
    [[], '#', 'must be an object'],
    [{}, '#/title', 'is required'],
    [{ title: 1 }, '#/title', 'must be a string'],
    [{ title: '' }, '#/title', 'must have at least 1 character'],
    [{ title: 'x'.repeat(11) }, '#/title', 'must have at most 10 characters'],
    [{ title: 'x', count: '1' }, '#/count', 'must be an integer'],
    [{ title: 'x', count: 1.5 }, '#/count', 'must be an integer'],
    [{ title: 'x', count: 0 }, '#/count', 'must be at least 1'],
    [{ title: 'x', mail: 'nobody' }, '#/mail', 'must be a valid email'],
    [{ title: 'x', at: 'yesterday' }, '#/at', 'must be a valid date-time'],
    [{ title: 'x', tags: 'a' }, '#/tags', 'must be an array'],
    [{ title: 'x', tags: ['a', 2] }, '#/tags/1', 'must be a string'],
    [{ title: 'x', tags: ['a', 'b', 'c'] }, '#/tags', 'must have at most 2 items'],
    [{ title: 'x', 'a/b': 1 }, '#/a~1b', 'is not known'],
    [{ title: 'x', constructor: 1 }, '#/constructor', 'is not known'],
  ])('%j', async ([value, pointer, detail]) => {
    const problem = await problemFrom(app, json(value))
    expect(problem).toMatchObject({ status: 400, type: 'urn:problem-type:invalid-request' })
    expect(problem.errors).toContainEqual({ in: 'body', pointer, detail })
  })

  test('and all that is wrong is said at once, but not without end', async () => {
    const value = { count: 0, more: 1 }
    expect((await problemFrom(app, json(value))).errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['#/title', '#/count', '#/more']),
    )
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`x${n}`, 1]))
    expect((await problemFrom(app, json(many))).errors).toHaveLength(20)
  })
})

describe('a body that is right arrives as it was sent', () => {
  test.for([
    { title: 'ünï 😀' },
    { title: 'x', free: { constructor: { name: 1 }, a: [{ a: 1 }, { a: 2 }], 'b"c:': '"a":' } },
    { title: 'x', free: '{"a":1,"a":2} \\" : "' },
    { title: 'x', free: 'y'.repeat(1_500) },
  ])('%j', async (value) => {
    const response = await app.inject(json(value))
    expect(response.json()).toEqual({ body: value })
  })

  test('also behind a byte order mark, which RFC 8259 lets a parser ignore', async () => {
    const response = await app.inject(post(bytes(0xef, 0xbb, 0xbf, '{"title":"x"}')))
    expect(response.json()).toEqual({ body: { title: 'x' } })
  })

  test('in every way to say that it is JSON', async () => {
    for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      expect((await app.inject(post('{"title":"x"}', { 'content-type': type }))).statusCode).toBe(200)
    }
    const patch = {
      ...post('{"title":"x"}', { 'content-type': 'application/merge-patch+json' }),
      method: 'PATCH',
    } as const
    expect((await app.inject(patch)).statusCode).toBe(200)
  })
})

describe('a query string', () => {
  test('gets the types that the schema asks for', async () => {
    const response = await app.inject('/things?limit=5&deep=true&q=7&ids=1&ids=2')
    expect(response.json()).toEqual({ query: { limit: 5, deep: true, q: '7', ids: [1, 2] } })
    expect((await app.inject('/things?ids=1')).json()).toEqual({ query: { limit: 20, ids: [1] } })
  })

  test.for([
    ['limit=', '#/limit'],
    ['limit=0', '#/limit'],
    ['limit=-1', '#/limit'],
    ['limit=101', '#/limit'],
    ['limit=1e1', '#/limit'],
    ['limit=0x10', '#/limit'],
    ['limit=%205', '#/limit'],
    ['limit=5.5', '#/limit'],
    ['limit=99999999999999999999', '#/limit'],
    ['limit=NaN', '#/limit'],
    ['limit=1&limit=2', '#/limit'],
    ['limit=true', '#/limit'],
    ['deep=1', '#/deep'],
    ['ids=x', '#/ids/0'],
    ['other=1', '#/other'],
    ['q=%00', '#/q'],
    ['__proto__=1', '#/__proto__'],
    ['q=1&q=2', '#/q'],
  ] as const)('%s is refused', async ([query, pointer]) => {
    const problem = await problemFrom(app, { url: `/things?${query}` })
    expect(problem).toMatchObject({ status: 400 })
    expect(problem.errors?.[0]).toMatchObject({ in: 'query' })
    if (!query.startsWith('__proto__')) expect(problem.errors?.[0]?.pointer).toBe(pointer)
  })

  test.for(['q=%ff', 'q=%ed%a0%80', 'q=%zz', 'q=%'])('%s is no text', async (query) => {
    expect(await problemFrom(app, { url: `/things?${query}` })).toMatchObject({ status: 400 })
  })
})

describe('a path', () => {
  test.for<[url: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE', status: number]>([
    ['/nothing', 'GET', 404],
    ['/things/17', 'GET', 404],
    ["/things/' or 1=1 --", 'GET', 404],
    ['/things/%00', 'GET', 400],
    ['/names/a%00b', 'GET', 400],
    ['/names/%ff', 'GET', 400],
    ['/names/%zz', 'GET', 400],
    [`/names/${'x'.repeat(300)}`, 'GET', 414],
    ['/things', 'DELETE', 405],
    ['/things/17', 'PUT', 405],
    ['//things', 'GET', 404],
  ])('%s with %s is %i', async ([url, method, status]) => {
    expect(await problemFrom(app, { url, method })).toMatchObject({ status })
  })

  test('says which methods it has', async () => {
    const response = await app.inject({ url: '/things/17?x=y', method: 'PUT' })
    expect(response.headers.allow).toBe('DELETE, GET, HEAD')
  })
})
