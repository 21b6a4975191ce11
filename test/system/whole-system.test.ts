import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { connect } from '@freehold/runtime'
import type { RunningSystem } from '@notes/start'
import { proveSystem, rotateCredentials } from 'freehold'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { configs, provisioningContext, root, runFreehold, strategies } from './administration.js'
import { join } from './api-client.js'
import { startForTest } from './start-for-test.js'

const services = ['auth', 'user', 'notes'] as const

/** A note's ETag; from when an event has told of the author on, it has the version of their profile, too. */
const ofVersion = (version: number): unknown => expect.stringMatching(new RegExp(`^"${version}(\\+\\d+)?"$`))

describe.each(strategies)('the notes system under %s', (strategy) => {
  let state: string
  let system: RunningSystem
  beforeAll(async () => {
    state = await mkdtemp(path(tmpdir(), 'freehold-system-'))
    system = await startForTest(state, configs[strategy])
  })
  afterAll(async () => {
    await system.stop()
    await rm(state, { recursive: true, force: true })
  })

  const credentials = async (file: string): Promise<string> =>
    (await readFile(path(state, 'credentials', file), 'utf8')).replace(/^DATABASE_URL=/, '').trim()

  it('does its main job: a person writes, changes, loses a race, looks back, and brings a note back', async () => {
    const ada = await join(system.url, 'Ada')
    const created = await ada.send('POST', '/api/notes', { title: 'Plan', body: 'first', tags: ['work'] })
    expect(created).toMatchObject({ status: 201, etag: ofVersion(1), body: { authorId: ada.id, version: 1 } })
    const note = `/api/notes/${String(created.body['id'])}`
    expect(await ada.send('PATCH', note, { body: 'second' })).toMatchObject({ status: 428 })
    const changed = await ada.send('PATCH', note, { body: 'second' }, { 'if-match': '"1"' })
    expect(changed).toMatchObject({ status: 200, etag: ofVersion(2), body: { body: 'second', version: 2 } })
    const stale = await ada.send('PUT', note, { title: 'Plan', body: 'third' }, { 'if-match': '"1"' })
    expect(stale).toMatchObject({
      status: 412,
      etag: ofVersion(2),
      body: { current: { body: 'second', version: 2 } },
    })
    const past = await ada.send('GET', `${note}?asOf=${String(created.body['updatedAt'])}`)
    expect(past.body).toMatchObject({ body: 'first' })
    expect(await ada.send('DELETE', note, undefined, { 'if-match': '"2"' })).toMatchObject({ status: 204 })
    expect(await ada.send('GET', note)).toMatchObject({ status: 404 })
    const back = await ada.send('POST', `${note}/restore`, { version: 1 }, { 'if-match': '"3"' })
    expect(back).toMatchObject({ status: 200, body: { body: 'first', version: 4 } })
    const history = await ada.send('GET', `${note}/history`)
    expect((history.body['items'] as { version: number }[]).map(({ version }) => version)).toEqual([
      4, 3, 2, 1,
    ])
    expect((await ada.send('GET', '/api/users/me')).body).toMatchObject({ id: ada.id, displayName: 'Ada' })
  })

  it('tells facts from service to service: registering makes the profile, and notes show whose they are', async () => {
    const ada = await join(system.url, 'Ada')
    const bob = await join(system.url, 'Bob')
    const created = await ada.send('POST', '/api/notes', { title: 'Signed' })
    const note = `/api/notes/${String(created.body['id'])}`
    const authorSoon = (author: object): Promise<void> =>
      vi.waitFor(async () => expect((await ada.send('GET', note)).body['author']).toEqual(author), 30_000)
    // Nobody has looked at Ada's profile yet: it is there because she registered.
    await authorSoon({ displayName: 'Ada', avatarUrl: null })
    expect((await bob.send('GET', `/api/users/${ada.id}`)).body).toMatchObject({ displayName: 'Ada' })
    const avatarUrl = 'https://example.org/ada.png'
    const renamed = { displayName: 'Ada Lovelace', avatarUrl }
    expect(await ada.send('PATCH', '/api/users/me', renamed, { 'if-match': '*' })).toMatchObject({
      status: 200,
    })
    await authorSoon(renamed)
    expect((await ada.send('GET', '/api/notes')).body['items']).toMatchObject([{ author: renamed }])
    expect((await fetch(`${system.url}/events`)).status).toBe(404)
  })

  it('builds a projection anew while it is served, and swaps, rolls back and discards it from the command line', async () => {
    const projections = async (
      ...args: string[]
    ): Promise<{ exitCode: number; json: Record<string, unknown> }> => {
      const where = { state, config: configs[strategy] }
      const { exitCode, output } = await runFreehold(where, ['projections', ...args, '--json'])
      return { exitCode, json: JSON.parse(output) as Record<string, unknown> }
    }
    const ada = await join(system.url, 'Ada')
    const created = await ada.send('POST', '/api/notes', { title: 'Signed' })
    const note = `/api/notes/${String(created.body['id'])}`
    const renamed = async (displayName: string): Promise<void> => {
      await ada.send('PATCH', '/api/users/me', { displayName }, { 'if-match': '*' })
      const shown = async () => (await ada.send('GET', note)).body['author']
      await vi.waitFor(async () => expect(await shown()).toMatchObject({ displayName }), 30_000)
    }
    await renamed('Before')
    const builds = async (): Promise<unknown> => (await projections('list', 'notes')).json['projections']
    expect(await builds()).toMatchObject([{ projection: 'authors', builds: [{ build: 1, state: 'live' }] }])

    expect((await projections('rebuild', 'notes', 'authors')).json).toEqual({ build: 2 })
    const verified = await vi.waitFor(async () => {
      const found = await projections('verify', 'notes', 'authors')
      expect(found).toMatchObject({ exitCode: 0, json: { isSame: true, isAligned: true, differences: [] } })
      return found.json['rebuild'] as { digest: string; rows: number }
    }, 30_000)
    expect(verified.rows).toBeGreaterThan(0)
    const wrong = await projections('swap', 'notes', 'authors', '--digest', 'of something else')
    expect(wrong).toMatchObject({ exitCode: 1, json: { error: { code: 'FREEHOLD_PROJECTION_UNVERIFIED' } } })
    expect(await projections('swap', 'notes', 'authors', '--digest', verified.digest)).toMatchObject({
      exitCode: 0,
    })
    await renamed('After the swap')
    expect(await projections('rollback', 'notes', 'authors')).toMatchObject({ exitCode: 0 })
    await renamed('After the rollback')
    expect((await projections('discard', 'notes', 'authors')).json).toEqual({ build: 2 })
    expect(await builds()).toMatchObject([{ builds: [{ build: 1, state: 'live' }] }])
    const none = await projections('rebuild', 'notes', 'notes')
    expect(none.json).toMatchObject({ error: { code: 'FREEHOLD_PROJECTION_NOT_FOUND' } })
  })

  it('takes the longest note that the service takes, however it is written', async () => {
    const ada = await join(system.url)
    const escaped = `{"title":"Long","body":"${'\\ud83d\\ude00'.repeat(50_000)}${'\\u00e4'.repeat(50_000)}"}`
    const answer = await fetch(`${system.url}/api/notes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' },
      body: escaped,
    })
    expect(answer.status).toBe(201)
  })

  it("keeps people's notes from one another", async () => {
    const [ada, bob] = await Promise.all([join(system.url), join(system.url)])
    const { body } = await ada.send('POST', '/api/notes', { title: 'Secret' })
    const note = `/api/notes/${String(body['id'])}`
    for (const [method, payload] of [['GET'], ['PUT', { title: 'x' }], ['PATCH', {}], ['DELETE']] as const) {
      expect([method, (await bob.send(method, note, payload, { 'if-match': '"1"' })).status]).toEqual([
        method,
        404,
      ])
    }
    expect((await bob.send('GET', '/api/notes')).body).toMatchObject({ items: [] })
  })

  it('lets 64 writers at one note, loses none of their changes, and has a history without a hole', async () => {
    const ada = await join(system.url)
    const { body } = await ada.send('POST', '/api/notes', { title: 'Counter', body: '0' })
    const note = `/api/notes/${String(body['id'])}`
    const outcomes = { won: 0, lost: 0 }
    const write = async (): Promise<void> => {
      let current = await ada.send('GET', note)
      for (let won = 0; won < 2;) {
        const next = String(
          Number((current.body['current'] as { body?: string } | undefined)?.body ?? current.body['body']) +
            1,
        )
        const answer = await ada.send('PATCH', note, { body: next }, { 'if-match': current.etag })
        expect([200, 412]).toContain(answer.status)
        outcomes[answer.status === 200 ? 'won' : 'lost'] += 1
        if (answer.status === 200) won += 1
        current = answer
      }
    }
    await Promise.all(Array.from({ length: 64 }, write))
    const last = await ada.send('GET', note)
    expect(last.body).toMatchObject({ version: 1 + outcomes.won, body: String(outcomes.won) })
    expect(outcomes.won).toBe(2 * 64)
    expect(outcomes.lost).toBeGreaterThan(0)
    const versions: number[] = []
    for (let cursor = ''; ;) {
      const page = await ada.send('GET', `${note}/history?limit=50${cursor}`)
      versions.push(...(page.body['items'] as { version: number }[]).map(({ version }) => version))
      if (page.body['nextCursor'] === null) break
      cursor = `&cursor=${encodeURIComponent(page.body['nextCursor'] as string)}`
    }
    expect(versions).toEqual(Array.from({ length: 1 + outcomes.won }, (_, index) => 1 + outcomes.won - index))
  })

  it('opens no database to the credentials of another service', async () => {
    const urls = await Promise.all(
      services.flatMap((name) => ['app', 'migrator'].map((kind) => credentials(`${name}.${kind}.env`))),
    )
    const databases = [
      ...new Set(urls.map((url) => new URL(url).pathname)),
      '/postgres',
      '/template1',
      '/no_such_database',
    ]
    for (const url of urls) {
      for (const database of databases.filter((name) => name !== new URL(url).pathname)) {
        const target = new URL(url)
        target.pathname = database
        const client = new pg.Client({ connectionString: target.href })
        // pg_hba.conf has no line for it, so that not even its existence is told.
        await expect(client.connect()).rejects.toMatchObject({ code: '28000' })
      }
    }
  })

  it('is proven while people write, who notice nothing', async () => {
    const eve = await join(system.url, 'Eve')
    const proving = proveSystem(await provisioningContext(state, configs[strategy]), { root, who: 'test' })
    let isProven = false
    void proving.finally(() => (isProven = true))
    const statuses = new Set<number>()
    let written = 0
    while (!isProven) {
      statuses.add((await eve.send('POST', '/api/notes', { title: 'while attacked' })).status)
      written += 1
    }
    const { verdict, findings } = await proving
    expect(findings.filter((finding) => finding.verdict === 'failed')).toEqual([])
    expect(verdict).toBe('held')
    expect([...statuses]).toEqual([201])
    expect(written).toBeGreaterThan(5)
  })

  it('goes on while passwords are rotated, for services and for whoever opens new connections', async () => {
    const ada = await join(system.url)
    const context = await provisioningContext(state, configs[strategy])
    const urlFile = path(state, 'credentials', 'notes.app.env')
    let rotating = true
    let opened = 0
    const openAgain = async (): Promise<void> => {
      while (rotating) {
        const database = connect({ urlFile, applicationName: 'rotation', max: 1 })
        await database.ping()
        await database.close()
        opened += 1
      }
    }
    const readAgain = async (): Promise<void> => {
      while (rotating) expect((await ada.send('GET', '/api/notes')).status).toBe(200)
    }
    const load = Promise.all([openAgain(), openAgain(), readAgain()])
    for (let round = 0; round < 5; round += 1) await rotateCredentials(context)
    rotating = false
    await load
    expect(opened).toBeGreaterThan(10)
  })

  it('gives no process a secret of another', async () => {
    const pids = system.pids()
    const files = (await readdir(path(state, 'credentials'))).filter((file) => file.endsWith('.env'))
    const secrets = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(path(state, 'credentials', file), 'utf8')
        return { file, values: text.split('\n').flatMap((line) => line.slice(line.indexOf('=') + 1) || []) }
      }),
    )
    for (const name of [...services, 'gateway'] as const) {
      const process = `/proc/${String(pids[name === 'gateway' ? name : `${name}-service`])}`
      const seen = (
        await Promise.all(['environ', 'cmdline'].map((file) => readFile(`${process}/${file}`, 'utf8')))
      ).join('\0')
      for (const { file, values } of secrets) {
        if (file.startsWith(`${name}.`)) continue
        expect([name, seen.includes(file)]).toEqual([name, false])
        for (const value of values) expect([name, file, seen.includes(value)]).toEqual([name, file, false])
      }
    }
  })
})
