import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exampleApp, problemFrom, problemIn } from '../../test/fixtures/service-app.js'
import { connect } from '../database/index.js'
import { EntityNotFound } from '../entities/index.js'
import { HttpProblem } from './index.js'

interface LogLine {
  level: number
  msg: string
  err?: { message: string }
  [key: string]: unknown
}

let app: FastifyInstance
let lines: LogLine[]

beforeEach(() => {
  lines = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) }
  app = exampleApp({ logger: { level: 'trace', stream } })
})

afterEach(() => app.close())

const failing = (error: unknown) =>
  app.get('/fails', async () => {
    throw error
  })

const atLevel = (level: number) => lines.filter((line) => line.level === level)

describe('an error', () => {
  test('that nobody expected tells the client nothing, and the log everything', async () => {
    failing(new TypeError('the password is hunter2'))
    const response = await app.inject('/fails')
    expect(problemIn(response)).toMatchObject({ status: 500, type: 'urn:problem-type:internal-error' })
    expect(response.body).not.toContain('hunter2')
    expect(atLevel(50)).toMatchObject([{ err: { message: 'the password is hunter2' } }])
  })

  test('that is no error is one all the same', async () => {
    failing('just a text')
    expect(await problemFrom(app, { url: '/fails' })).toMatchObject({ status: 500 })
  })

  test('that is a problem is answered as it says, whatever the schema of the response', async () => {
    const problem = new HttpProblem(409, {
      slug: 'taken',
      title: 'Taken',
      detail: 'Somebody has it.',
      extensions: { by: 'ann', status: 1 },
      headers: { 'retry-after': '9' },
    })
    const response = { '4xx': { type: 'object', properties: { status: { type: 'integer' } } } }
    app.get('/taken', { schema: { response } }, async () => {
      throw problem
    })
    const answer = await app.inject('/taken')
    expect(problemIn(answer)).toEqual({
      type: 'urn:problem-type:taken',
      title: 'Taken',
      status: 409,
      detail: 'Somebody has it.',
      by: 'ann',
      requestId: answer.headers['x-request-id'],
    })
    expect(answer.headers['retry-after']).toBe('9')
    expect(atLevel(50)).toEqual([])
  })

  test('of an entity that is not there is 404', async () => {
    failing(new EntityNotFound({ table: 'items', key: 'x' }))
    const problem = await problemFrom(app, { url: '/fails' })
    expect(problem).toMatchObject({ status: 404 })
    expect(JSON.stringify(problem)).not.toContain('items')
  })

  test.for([
    ['the server is not there', 'postgres://a:b@127.0.0.1:1/c'],
    ['the server does not answer', 'postgres://a:b@10.255.255.1:5432/c'],
    ['the name means nothing', 'postgres://a:b@nowhere.invalid:5432/c'],
  ])('when %s is a 503 that says when to come again', async ([, url]) => {
    const db = connect({ url, applicationName: 'tests', connectTimeoutMs: 300 })
    app.get('/data', async () => db.query('select 1'))
    app.get('/raw', async () => db.pool.query('select 1'))
    for (const path of ['/data', '/raw']) {
      const response = await app.inject(path)
      expect(problemIn(response)).toMatchObject({
        status: 503,
        type: 'urn:problem-type:temporarily-unavailable',
      })
      expect(response.headers['retry-after']).toBe('2')
      expect(response.body).not.toMatch(/127\.0\.0\.1|10\.255|nowhere/)
    }
    expect(atLevel(50)).toHaveLength(2)
    await db.close()
  })
})

describe('a request id', () => {
  test.for(['0123abcd', 'a.b-c_d9', 'x'.repeat(128)])('%s is taken over', async (given) => {
    const response = await app.inject({ url: '/nothing', headers: { 'x-request-id': given } })
    expect(response.headers['x-request-id']).toBe(given)
    expect(problemIn(response).requestId).toBe(given)
    expect(lines.every((line) => line['reqId'] === given)).toBe(true)
  })

  test.for(['short', 'x'.repeat(129), 'has space', '{"level":60}', '../../../etc', ''])(
    '%s is not',
    async (given) => {
      const response = await app.inject({ url: '/things', headers: { 'x-request-id': given } })
      expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})

test('credentials stay out of the log, whoever logs a request', async () => {
  app.get('/logs', async (request) => {
    const { headers } = request
    request.log.info({ headers, req: { headers }, res: { headers: { 'set-cookie': 'secret' } } }, 'seen')
    return {}
  })
  await app.inject({ url: '/logs', headers: { authorization: 'Bearer secret', cookie: 'a=secret' } })
  expect(JSON.stringify(lines)).not.toContain('secret')
  expect(lines.some(({ msg }) => msg === 'seen')).toBe(true)
})

describe('over a socket', () => {
  let port: number

  beforeEach(async () => {
    port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
  })

  async function answerTo(...parts: string[]): Promise<string> {
    const socket = connectSocket(port, '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    for (const part of parts) socket.write(part)
    await once(socket, 'close')
    return answer
  }

  test.for([
    ['no HTTP', 400, 'nonsense\r\n\r\n'],
    ['an unknown method', 400, 'BREW / HTTP/1.1\r\nhost: a\r\n\r\n'],
    ['too large a header', 431, `GET / HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['too long a line', 431, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`],
    ['two lengths', 400, 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
    [
      'length and chunks',
      400,
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    ],
  ] as const)('%s is %i, as a problem', async ([, status, text]) => {
    const answer = await answerTo(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head.toLowerCase()).toContain('content-type: application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ status })
  })

  test('a body without end is refused when it is too large', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const head =
      'POST /things HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
    expect(await answerTo(head, ...Array.from({ length: 20 }, () => chunk))).toMatch(/^HTTP\/1.1 413 /)
  })

  test('a client that leaves in the middle of its body is nobody to blame', async () => {
    const socket = connectSocket(port, '127.0.0.1')
    socket.write(
      'POST /things HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"ti',
    )
    await expect.poll(() => lines.some(({ msg }) => msg === 'incoming request')).toBe(true)
    socket.destroy()
    await expect.poll(() => lines.some(({ msg }) => msg === 'the client went away')).toBe(true)
    expect(lines.filter(({ level }) => level >= 40)).toEqual([])
  })
})
