import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDoor, type TestDoor } from '../../test/door.js'
import { httpUpstream, type TestUpstream } from '../../test/upstreams.js'

describe('what passes through the door', () => {
  let notes: TestUpstream
  let door: TestDoor

  beforeAll(async () => {
    notes = await httpUpstream((request, response, body) => {
      const { pathname } = new URL(request.url ?? '', 'http://x')
      if (pathname === '/api/notes/teapot')
        response
          .writeHead(418, { 'content-type': 'application/problem+json', etag: '"7"', 'x-own': 'yes' })
          .end('{"title":"teapot"}')
      else if (pathname === '/api/notes/empty') response.writeHead(204, { etag: '"8"' }).end()
      else if (pathname === '/api/notes/cached') response.writeHead(304, { etag: '"9"' }).end()
      else if (pathname === '/api/notes/hops') hops(response)
      else if (pathname === '/api/notes/large')
        response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(3_000_000))
      else
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ body, url: request.url, method: request.method }))
    })
    door = await openDoor({ notes })
  })
  afterAll(async () => {
    await door.close()
    await notes.close()
  })

  it('keeps path, query, method and body as they are', async () => {
    const body = '{"title" : "spaces and umlauts stay: äöü",  "n": 1.0}'
    const answer = await door.askAsAda('/api/notes/a%20b?q=a%2Fb&q=%C3%A4&empty=', {
      method: 'PATCH',
      body,
      headers: { 'content-type': 'application/merge-patch+json; charset=utf-8', 'if-match': '"3"' },
    })
    expect(answer.json()).toEqual({ body, url: '/api/notes/a%20b?q=a%2Fb&q=%C3%A4&empty=', method: 'PATCH' })
    const seen = notes.seen.at(-1)
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/merge-patch+json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'if-match': '"3"',
    })
  })

  it('does not mend bodies that are no JSON', async () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x22])
    await door.askAsAda('/api/notes', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(notes.seen.at(-1)?.headers['content-length']).toBe('6')
  })

  it('passes a chunked body on with its length', async () => {
    const answer = await door.askAsAda('/api/notes', {
      method: 'POST',
      body: '{"title":"t"}',
      chunked: true,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.json().body).toBe('{"title":"t"}')
    expect(notes.seen.at(-1)?.headers).toMatchObject({ 'content-length': '13' })
    expect(notes.seen.at(-1)?.headers['transfer-encoding']).toBeUndefined()
  })

  it('passes a body without a type and a request without a body', async () => {
    await door.askAsAda('/api/notes', { method: 'POST', body: 'plain' })
    expect(notes.seen.at(-1)).toMatchObject({ body: 'plain' })
    expect(notes.seen.at(-1)?.headers['content-type']).toBeUndefined()
    expect((await door.askAsAda('/api/notes/1', { method: 'DELETE' })).status).toBe(200)
    expect(notes.seen.at(-1)).toMatchObject({ method: 'DELETE', body: '' })
    await door.askAsAda('/api/notes/1/restore', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    expect(notes.seen.at(-1)).toMatchObject({ method: 'POST', body: '' })
  })

  it('gives status, headers and body back, also of errors', async () => {
    const answer = await door.askAsAda('/api/notes/teapot')
    expect(answer).toMatchObject({
      status: 418,
      text: '{"title":"teapot"}',
      headers: { etag: '"7"', 'x-own': 'yes', 'content-type': 'application/problem+json' },
    })
  })

  it('gives answers without a body back', async () => {
    expect(await door.askAsAda('/api/notes/empty')).toMatchObject({
      status: 204,
      text: '',
      headers: { etag: '"8"' },
    })
    expect(await door.askAsAda('/api/notes/cached')).toMatchObject({
      status: 304,
      text: '',
      headers: { etag: '"9"' },
    })
    const head = await door.askAsAda('/api/notes/large', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-type': 'text/plain' } })
  })

  it('streams large answers', async () => {
    expect((await door.askAsAda('/api/notes/large')).text).toHaveLength(3_000_000)
  })

  it('drops what a service says to its neighbour only, and what the door says itself', async () => {
    const { headers } = await door.askAsAda('/api/notes/hops', { headers: { 'x-request-id': 'mine-0001' } })
    for (const name of [
      'x-private',
      'keep-alive',
      'server',
      'x-powered-by',
      'proxy-authenticate',
      'access-control-allow-origin',
    ]) {
      expect(headers[name], name).toBeUndefined()
    }
    expect(headers).toMatchObject({
      'x-request-id': 'mine-0001',
      'x-content-type-options': 'nosniff',
      vary: 'accept-language',
    })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
  })

  it('answers 404 for what no service owns', async () => {
    for (const path of ['/api/other', '/api/notesx', '/API/notes', '/api', '/openapi.json', '/metrics']) {
      const answer = await door.askAsAda(path)
      expect(answer.status, path).toBe(404)
      expect(answer.headers['content-type'], path).toBe('application/problem+json; charset=utf-8')
    }
  })
})

function hops(response: ServerResponse): void {
  response.writeHead(200, {
    connection: 'keep-alive, x-private',
    'x-private': 'secret',
    'keep-alive': 'timeout=5',
    server: 'notes/1',
    'x-powered-by': 'notes',
    'proxy-authenticate': 'Basic',
    'access-control-allow-origin': '*',
    'x-request-id': 'theirs',
    'content-security-policy': 'default-src *',
    vary: 'Accept-Language',
  })
  response.end('ok')
}
