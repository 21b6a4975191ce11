import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { peer, type Peer } from '@freehold/runtime/peers'
import { afterEach, beforeAll, beforeEach, afterAll, describe, expect, it } from 'vitest'
import type { Person } from './person.js'
import { openStage, type Stage } from './stage.js'

/** Another service, as far as it tells of a person. Each test says what it answers. */
interface Other {
  readonly peer: Peer
  readonly asked: IncomingMessage[]
  answer: (request: IncomingMessage, response: ServerResponse) => void
  close(): Promise<void>
}

async function other(name: string): Promise<Other> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    made.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const made: Other = {
    peer: peer({ name, url: `http://127.0.0.1:${port}`, deadlineMs: 300 }),
    asked,
    answer: says({ items: [], nextCursor: null }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return made
}

const says =
  (body: unknown, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

function entry(service: string, seq: number, at: string, more: object = {}): object {
  return {
    service,
    log: 'audit_log',
    seq,
    position: seq,
    at,
    action: `${service}.acted`,
    actor: crypto.randomUUID(),
    entity: null,
    entityId: null,
    version: null,
    requestId: null,
    detail: { of: service },
    proof: { status: 'signed', href: `/api/${service}/audit/${seq}/proof` },
    ...more,
  }
}

interface Trail {
  items: { service: string; seq: number; action: string; proof: { href?: string } }[]
  nextCursor: string | null
  incomplete: string[]
}

let stage: Stage
let auth: Other
let notes: Other
let ada: Person
beforeAll(async () => {
  ;[auth, notes] = await Promise.all([other('auth'), other('notes')])
  stage = await openStage({ auth: auth.peer, notes: notes.peer })
})
afterAll(async () => {
  await stage.close()
  await Promise.all([auth.close(), notes.close()])
})
beforeEach(async () => {
  ada = await stage.person('Ada')
  await ada.me()
})
afterEach(() => {
  for (const each of [auth, notes]) {
    each.answer = says({ items: [], nextCursor: null })
    each.asked.length = 0
  }
})

const trail = async (query = ''): Promise<{ status: number; body: Trail }> => {
  const { status, body } = await ada.get(`/api/users/me/audit${query}`)
  return { status, body: body as unknown as Trail }
}

describe('a person’s trail', () => {
  it('has what all services tell, newest first, asked with the person’s own token', async () => {
    auth.answer = says({
      items: [entry('auth', 8, '2100-01-01T00:00:01.000Z'), entry('auth', 2, '2001-01-01T00:00:00.000Z')],
      nextCursor: null,
    })
    notes.answer = says({ items: [entry('notes', 5, '2100-01-01T00:00:00.000Z')], nextCursor: null })
    const { status, body } = await trail('?limit=10')
    expect(status).toBe(200)
    expect(body).toMatchObject({ nextCursor: null, incomplete: [] })
    expect(body.items.map(({ action }) => action)).toEqual([
      'auth.acted',
      'notes.acted',
      'profile.created',
      'auth.acted',
    ])
    expect(body.items[1]).toMatchObject({
      detail: { of: 'notes' },
      proof: { href: '/api/notes/audit/5/proof' },
    })
    expect(auth.asked[0]?.url).toBe('/api/auth/audit?limit=10&proofs=href')
    expect(notes.asked[0]?.headers.authorization).toMatch(/^Bearer /)
    expect(notes.asked[0]?.headers['x-request-id']).toMatch(/.+/)
  })

  it.each<[string, Other['answer']]>([
    ['hangs up', (_request, response) => void response.destroy()],
    ['does not answer', () => undefined],
    ['fails', says({}, 500)],
    ['knows no such path', says({}, 404)],
    ['answers something else', says({ items: [{ service: 'notes' }], nextCursor: null })],
    [
      'answers for another service',
      says({ items: [entry('auth', 5, '2100-01-01T00:00:00.000Z')], nextCursor: null }),
    ],
    [
      'repeats entries',
      says({
        items: [entry('notes', 5, '2100-01-01T00:00:00.000Z'), entry('notes', 5, '2100-01-01T00:00:00.000Z')],
        nextCursor: null,
      }),
    ],
  ])('names a service that %s, and goes on where it was left', async (_name, answer) => {
    notes.answer = answer
    const first = await trail()
    expect(first).toMatchObject({ status: 200, body: { incomplete: ['notes'] } })
    expect(first.body.items.map(({ service }) => service)).toEqual(['user'])
    notes.answer = says({ items: [entry('notes', 5, '2100-01-01T00:00:00.000Z')], nextCursor: null })
    const rest = `?cursor=${String(first.body.nextCursor)}`
    // The gate before it may need its rest first.
    await expect.poll(async () => (await trail(rest)).status).toBe(200)
    expect((await trail(rest)).body).toMatchObject({
      items: [{ service: 'notes', seq: 5 }],
      nextCursor: null,
      incomplete: [],
    })
  })

  it('is 401 where a service does not accept the token any more', async () => {
    auth.answer = says({}, 401)
    expect((await trail()).status).toBe(401)
  })

  it('asks nobody again whose entries were all read', async () => {
    notes.answer = says({
      items: Array.from({ length: 1 }, () => entry('notes', 5, '2001-01-01T00:00:00.000Z')),
      nextCursor: '5',
    })
    const first = await trail('?limit=1')
    expect(first.body.items.map(({ service }) => service)).toEqual(['user'])
    notes.answer = says({ items: [entry('notes', 5, '2001-01-01T00:00:00.000Z')], nextCursor: null })
    auth.asked.length = 0
    const second = await trail(`?limit=1&cursor=${String(first.body.nextCursor)}`)
    expect(second.body).toMatchObject({ items: [{ service: 'notes' }], nextCursor: null })
    expect(auth.asked).toEqual([])
    expect(notes.asked.at(-1)?.url).toBe('/api/notes/audit?limit=1&proofs=href&cursor=6')
  })

  const encoded = (text: string): string => `cursor=${Buffer.from(text).toString('base64url')}`
  it.each([
    'limit=0',
    'limit=101',
    'limit=many',
    'proofs=all',
    'cursor=',
    'cursor=garbage',
    'cursor=%00',
    'cursor=%FF%FE',
    `cursor=${'A'.repeat(5000)}`,
    encoded('trail:1.2'),
    encoded('trail:1.2.3.4'),
    encoded('trail:01.2.3'),
    encoded('trail:-1.2.3'),
    encoded('trail:1.2.9999999999999999'),
    encoded("trail:1.2.3'; drop table audit_log"),
    encoded('trail:1.2.3\n'),
    encoded('notes:1.2.3'),
    'page=2',
  ])('refuses %s', async (query) => {
    expect((await trail(`?${query}`)).status).toBe(400)
  })
})

it('is 503 when what is left is of services that do not answer', async () => {
  auth.answer = says({ items: [], nextCursor: null })
  notes.answer = says({}, 500)
  const { body } = await trail()
  const response = await fetch(`${stage.origin}/api/users/me/audit?cursor=${String(body.nextCursor)}`, {
    headers: { authorization: ada.authorization },
  })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(await response.json()).toMatchObject({
    type: 'urn:problem-type:trail-unavailable',
    incomplete: ['notes'],
  })
})

describe('what was done to a profile', () => {
  it('is shown to whose it is, page by page, and to nobody else', async () => {
    const bob = await stage.person('Bob')
    await bob.me()
    let { etag } = await ada.me()
    for (const bio of ['one', 'two', 'three']) ({ etag } = await ada.patch(etag, { bio }))
    const seen: Trail['items'] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await ada.get(`/api/users/audit?limit=3${cursor && `&cursor=${cursor}`}`)
      const page = body as unknown as Trail
      seen.push(...page.items)
      cursor = page.nextCursor
    }
    expect(seen.map(({ action }) => action)).toEqual([
      'profile.changed',
      'profile.changed',
      'profile.changed',
      'profile.created',
    ])
    const proof = `/api/users/audit/${seen[0]?.seq}/proof`
    // Nothing is sealed here, as no sealer runs.
    expect(await ada.get(proof)).toMatchObject({
      status: 409,
      body: { type: 'urn:problem-type:proof-pending' },
    })
    expect(await bob.get(proof)).toMatchObject({ status: 404 })
    for (const seq of ['0', '-1', '1.5', 'x', '9'.repeat(30), '999999'])
      expect((await ada.get(`/api/users/audit/${seq}/proof`)).status).toBe(404)
    for (const query of ['cursor=0', 'cursor=x', 'cursor=1e3', `cursor=${'9'.repeat(30)}`, 'before=1'])
      expect((await ada.get(`/api/users/audit?${query}`)).status).toBe(400)
  })
})
