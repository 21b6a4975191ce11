import { freePort } from '@freehold/embedded'
import { afterEach, describe, expect, it } from 'vitest'
import { openDoor, type TestDoor } from '../../test/door.js'
import { httpUpstream, type TestUpstream } from '../../test/upstreams.js'

const documentOf = (path: string, title = 'a service'): string =>
  JSON.stringify({
    openapi: '3.1.0',
    info: { title, version: '1.0.0' },
    paths: { [path]: { get: { responses: {} } } },
  })

describe('GET /api/openapi.json and /api/docs', () => {
  const closing: { close(): Promise<void> }[] = []
  afterEach(async () => {
    for (const one of closing.splice(0).reverse()) await one.close()
  })
  const serving = async (text: () => string, port = 0): Promise<TestUpstream> => {
    const upstream = await httpUpstream((request, response) => {
      if (request.url === '/openapi.json')
        response.writeHead(200, { 'content-type': 'application/json' }).end(text())
      else response.end('{}')
    }, port)
    closing.push(upstream)
    return upstream
  }
  const open = async (options: Parameters<typeof openDoor>[0]): Promise<TestDoor> => {
    const door = await openDoor(options)
    closing.push(door)
    return door
  }

  it('shows the services that answer, names those that do not, and shows them as soon as they do', async () => {
    const port = await freePort()
    const [notes, user] = [await serving(() => documentOf('/api/notes')), await serving(() => 'no JSON')]
    const door = await open({ notes, user, auth: new URL(`http://127.0.0.1:${port}`) })
    const first = (await door.ask('/api/openapi.json')).json()
    expect(Object.keys(first.paths as object)).toEqual(['/api/notes'])
    expect(first.info).toMatchObject({ 'x-unavailable': ['auth', 'user'] })

    await serving(() => documentOf('/api/auth/login'), port)
    const began = Date.now()
    for (;;) {
      const { paths } = (await door.ask('/api/openapi.json')).json()
      if (Object.keys(paths as object).includes('/api/auth/login')) break
      expect(Date.now() - began).toBeLessThan(3_000)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })

  it('reads each document once for many who ask, and goes on showing it when the service is gone', async () => {
    const notes = await serving(() => documentOf('/api/notes'))
    const door = await open({ notes })
    await Promise.all(Array.from({ length: 20 }, () => door.ask('/api/openapi.json')))
    expect(notes.seen.filter(({ url }) => url === '/openapi.json')).toHaveLength(1)
    await notes.close()
    expect(Object.keys((await door.ask('/api/openapi.json')).json().paths as object)).toContain('/api/notes')
  })

  it('names the public address: the one that is set, or the one that was used', async () => {
    const notes = await serving(() => documentOf('/api/notes'))
    const door = await open({ notes })
    expect((await door.ask('/api/openapi.json')).json().servers).toEqual([{ url: door.url }])
    const named = await open({ notes, settings: { publicUrl: new URL('https://notes.example') } })
    expect((await named.ask('/api/openapi.json')).json().servers).toEqual([{ url: 'https://notes.example' }])
  })

  it('can be asked again cheaply', async () => {
    const door = await open({ notes: await serving(() => documentOf('/api/notes')) })
    const { headers } = await door.ask('/api/openapi.json')
    expect(
      await door.ask('/api/openapi.json', { headers: { 'if-none-match': String(headers.etag) } }),
    ).toMatchObject({ status: 304, text: '' })
  })

  it('serves a page that needs nothing from elsewhere', async () => {
    const door = await open({ notes: await serving(() => documentOf('/api/notes')) })
    for (const path of ['/api/docs', '/api/docs/']) {
      const page = await door.ask(path)
      expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } })
      expect(page.text).not.toMatch(/https?:\/\//)
      expect(page.headers['content-security-policy']).toContain("script-src 'self'")
      expect(page.headers['content-security-policy']).not.toContain('http')
      const sources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
        ([, source = '']) => new URL(source, `${door.url}${path}`).pathname,
      )
      expect(sources.length).toBeGreaterThan(4)
      for (const source of sources) expect((await door.ask(source)).status, source).toBe(200)
    }
    expect(Object.keys((await door.ask('/api/docs/json')).json().paths as object)).toEqual(['/api/notes'])
    expect((await door.ask('/api/docs/yaml')).text).toContain('/api/notes')
    for (const path of [
      '/api/docs/static/%2e%2e/package.json',
      '/api/docs/static/nothing.js',
      '/api/docs/nothing',
    ]) {
      expect([400, 404], path).toContain((await door.ask(path)).status)
    }
  })
})
