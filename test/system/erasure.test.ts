import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseOf } from '@freehold/manifest'
import type { RunningSystem } from '@notes/start'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { configs, provisioningContext, runFreehold, strategies } from './administration.js'
import { send, type Person } from './api-client.js'
import { heapOf } from './heap-of.js'
import { processesOf } from './processes-of.js'
import { startForTest } from './start-for-test.js'

/** How long an access token is good; so long, services remember the name in it. Memories are looked into once. */
const tokenSeconds = { 'database-per-service': 75, 'shared-database': 600 } as const

/** Words that occur nowhere else, so that a byte of them is found wherever it is. */
interface Words {
  readonly email: string
  readonly name: string
  readonly bio: string
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly agent: string
}

const newWords = (): Words => {
  const word = (what: string): string => `${what}${randomBytes(8).toString('hex')}`
  return {
    email: `${word('mail')}@example.org`,
    name: word('Name'),
    bio: word('Bio'),
    title: word('Title'),
    body: word('Body'),
    tag: word('tag'),
    agent: word('Agent'),
  }
}

/** Lives a life in the system: everything that is about a person is written, changed, deleted and restored. */
async function lived(base: string, words: Words): Promise<Pick<Person, 'id' | 'token' | 'password'>> {
  const password = randomBytes(12).toString('hex')
  const agent = { 'user-agent': words.agent }
  const account = { email: words.email, password, displayName: words.name }
  const { body: registered } = await send(base, 'POST', '/api/auth/register', account, agent)
  // What cannot be stored would be quoted by a server that is talkative.
  expect((await send(base, 'POST', '/api/auth/register', account, agent)).status).toBe(409)
  const { body: login } = await send(base, 'POST', '/api/auth/login', { email: words.email, password }, agent)
  const token = String(login['accessToken'])
  const as = (method: string, to: string, body?: unknown, headers = {}) =>
    send(base, method, to, body, { authorization: `Bearer ${token}`, ...agent, ...headers })
  await expect.poll(async () => (await as('GET', '/api/users/me')).status).toBe(200)
  const about = { bio: words.bio, avatarUrl: `https://example.org/${words.name}.png` }
  expect((await as('PATCH', '/api/users/me', about, { 'if-match': '*' })).status).toBe(200)
  const made = await as('POST', '/api/notes', { title: words.title, body: words.body, tags: [words.tag] })
  expect(made.status).toBe(201)
  const note = `/api/notes/${String(made.body['id'])}`
  // Words that are searched for are words, too.
  expect((await as('GET', `/api/notes?q=${words.title}&tag=${words.tag}`)).status).toBe(200)
  const longer = { body: `${words.body} ${'and more '.repeat(2_000)}` }
  expect((await as('PATCH', note, longer, { 'if-match': '"1"' })).status).toBe(200)
  expect((await as('DELETE', note, undefined, { 'if-match': '"2"' })).status).toBe(204)
  expect((await as('POST', `${note}/restore`, { version: 1 }, { 'if-match': '"3"' })).status).toBe(200)
  expect((await as('GET', `${note}/history`)).status).toBe(200)
  // The projection of another service has the name, too.
  await expect
    .poll(
      async () => ((await as('GET', note)).body['author'] as { displayName?: string } | null)?.displayName,
    )
    .toBe(words.name)
  return { id: String(registered['id']), token, password }
}

/** Which words occur in which files of a folder, or in a memory. */
function wordsIn(bytes: Buffer, words: Words, where: string): string[] {
  return Object.entries(words).flatMap(([what, word]) =>
    bytes.includes(word as string) ? [`${what} in ${where}`] : [],
  )
}

async function wordsInFiles(folder: string, words: Words): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path(entry.parentPath, entry.name)
    // A server that is at work removes files meanwhile.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0))
    found.push(...wordsIn(bytes, words, file.slice(folder.length + 1)))
  }
  return found
}

describe.each(strategies)('whoever is forgotten under %s', (strategy) => {
  const config = configs[strategy]
  let state: string
  let system: RunningSystem
  beforeAll(async () => {
    state = await realpath(await mkdtemp(path(tmpdir(), 'freehold-erasure-')))
    system = await startForTest(state, config, { AUTH_ACCESS_TOKEN_SECONDS: String(tokenSeconds[strategy]) })
  })
  afterAll(async () => {
    await system.stop()
    await rm(state, { recursive: true, force: true })
  })

  const freehold = (...args: string[]) => runFreehold({ state, config }, args)

  async function memories(words: Words): Promise<string[]> {
    const services = (await processesOf(state)).filter(({ command }) => /-service\/dist/.test(command))
    // The gateway knows nothing of the state: it is the one that was given this port.
    const gateway = await processesOf(`PORT=${new URL(system.url).port}\0`)
    const programs = [...services, ...gateway]
    expect(programs).toHaveLength(4)
    const found: string[] = []
    for (const { pid, command } of programs)
      found.push(...wordsIn(await heapOf(pid), words, command.replace(/.*services\//, '')))
    return found
  }

  async function query(service: string, sql: string): Promise<Record<string, unknown>[]> {
    const context = await provisioningContext(state, config)
    const url = new URL(context.servers.urlFor(service))
    const owner = context.system.services.find(({ name }) => name === service)
    if (owner) url.pathname = databaseOf(context.system, owner)
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }

  it('by closing their account: nothing of them is found any more, and every seal holds', async () => {
    const [gone, stays] = [newWords(), newWords()]
    const grace = await lived(system.url, stays)
    const ada = await lived(system.url, gone)
    const expired = Date.now() + tokenSeconds[strategy] * 1_000
    // A build from before a swap has everybody who is in the live one.
    expect(await freehold('projections', 'rebuild', 'notes', 'authors')).toMatchObject({ exitCode: 0 })
    const digest = await vi.waitFor(async () => {
      const { output } = await freehold('projections', 'verify', 'notes', 'authors', '--json')
      const found = JSON.parse(output) as { isSame?: boolean; rebuild?: { digest: string } }
      expect(found.isSame).toBe(true)
      return found.rebuild?.digest ?? ''
    }, 30_000)
    // What others do meanwhile may be in its way for a moment.
    const swap = () => freehold('projections', 'swap', 'notes', 'authors', '--digest', digest, '--json')
    await vi.waitFor(async () => expect(await swap()).toMatchObject({ exitCode: 0 }), 30_000)
    const retired = `select from notes_retired.authors where id = '${ada.id}'`
    expect(await query('notes', retired)).toHaveLength(1)
    // They are found before, or what is not found afterwards would say nothing.
    await query('auth', 'checkpoint')
    const before = await wordsInFiles(path(state, 'data'), gone)
    for (const what of Object.keys(gone)) expect(before.join(' ')).toContain(`${what} in`)

    const closing = await send(
      system.url,
      'POST',
      '/api/auth/close',
      { currentPassword: ada.password },
      { authorization: `Bearer ${ada.token}` },
    )
    expect(closing.status).toBe(204)
    // Kysely keeps what it compiled last until it compiles something else.
    const others = { authorization: `Bearer ${grace.token}` }
    expect((await send(system.url, 'GET', '/api/notes?limit=1', undefined, others)).status).toBe(200)
    await expect
      .poll(
        async () => {
          const { output } = await freehold('erasures', 'list', '--subject', ada.id, '--json')
          const { erasures } = JSON.parse(output) as { erasures: { service: string; erasedAt?: string }[] }
          return erasures.filter(({ erasedAt }) => erasedAt !== undefined).map(({ service }) => service)
        },
        { timeout: 30_000, interval: 500 },
      )
      .toEqual(['auth', 'user', 'notes'])

    expect(await query('notes', retired)).toHaveLength(0)
    const scrubbed = await freehold('erasures', 'scrub')
    expect(scrubbed).toMatchObject({ exitCode: 0 })
    // What a token that has not expired opens is nothing.
    const late = { authorization: `Bearer ${ada.token}` }
    expect((await send(system.url, 'GET', '/api/users/me', undefined, late)).status).toBe(410)
    expect((await send(system.url, 'POST', '/api/notes', { title: 'again' }, late)).status).toBe(410)

    const exports = await mkdtemp(path(tmpdir(), 'freehold-exports-'))
    for (const [service, log] of [
      ['auth', 'audit_log'],
      ['auth', 'events'],
      ['user', 'profile_history'],
      ['user', 'events'],
      ['notes', 'note_history'],
      ['notes', 'events'],
    ] as const)
      expect(
        await freehold('logs', 'export', service, log, '--to', path(exports, `${service}.${log}`)),
      ).toMatchObject({
        exitCode: 0,
      })
    const rows = await query('notes', 'select data::text as text from notes.note_history')
    expect(rows.length).toBeGreaterThan(8)
    expect(wordsIn(Buffer.from(JSON.stringify(rows)), gone, 'the history')).toEqual([])
    expect(await wordsInFiles(exports, gone)).toEqual([])
    await rm(exports, { recursive: true })
    expect(await wordsInFiles(path(state, 'logs'), gone)).toEqual([])
    // One strategy is enough: what a process remembers is the same under both.
    if (strategy === 'database-per-service') {
      await sleep(expired - Date.now() + 1_000)
      expect(await memories(gone)).toEqual([])
    }
    expect(await wordsInFiles(path(state, 'data'), gone)).toEqual([])
    expect((await stat(path(state, 'data'))).isDirectory()).toBe(true)

    const { exitCode, output } = await freehold('verify', '--all')
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    // The others are as they were.
    const { body } = await send(system.url, 'POST', '/api/auth/register', {
      email: stays.email,
      password: 'taken taken taken',
    })
    expect(body).toMatchObject({ type: 'urn:problem-type:email-taken' })
  })

  it('by the command line: with a certificate that is verified without any database', async () => {
    const words = newWords()
    const ada = await lived(system.url, words)
    const certificate = path(state, 'certificate.json')
    const args = ['--subject', ada.id, '--reason', 'They asked by letter.', '--yes']
    const erased = await freehold('erase', ...args, '--certificate', certificate)
    expect(erased.output).toContain('Erased.')
    expect(erased.exitCode).toBe(0)
    expect(
      (await send(system.url, 'POST', '/api/auth/login', { email: words.email, password: ada.password }))
        .status,
    ).toBe(401)
    // Once more is once.
    expect(await freehold('erase', ...args)).toMatchObject({ exitCode: 0 })
    const { output } = await freehold('erasures', 'list', '--subject', ada.id, '--json')
    expect((JSON.parse(output) as { erasures: object[] }).erasures).toHaveLength(3)
    const checked = await freehold('erasures', 'check', certificate)
    expect(checked).toMatchObject({ exitCode: 0, output: expect.stringContaining('The certificate holds.') })
    expect(checked.output).toMatch(/✓ notes: keys destroyed at .*1 of notes/)
    expect(checked.output).toContain('It has all services of "notes')
    expect((await freehold('erasures', 'check', certificate, '--json')).output).toContain('"complete": true')
    const keys = path(state, 'credentials', 'services.seal-keys')
    const elsewhere = (...more: string[]) =>
      runFreehold({ state, config: 'no.config.ts' }, [
        'erasures',
        'check',
        certificate,
        '--keys',
        keys,
        ...more,
      ])
    expect((await elsewhere()).output).toMatch(
      /in its log erasures\n[^]*was not checked whether these are all/,
    )
    expect(JSON.parse((await elsewhere('--json')).output)).toMatchObject({ complete: null })
    await refusesAllElse(certificate, ada.id)
  })

  /** A certificate of somebody else, of fewer services, cut off, or checked with other keys, is none. */
  async function refusesAllElse(certificate: string, id: string): Promise<void> {
    const text = await readFile(certificate, 'utf8')
    const parsed = JSON.parse(text) as {
      subject: string
      services: { proof: { row: Record<string, string> } }[]
    }
    const altered = path(state, 'altered.json')
    const refused = async (json: string, ...args: string[]): Promise<string> => {
      await writeFile(altered, json)
      const { exitCode, output } = await freehold('erasures', 'check', altered, '--json', ...args)
      expect(exitCode).toBe(1)
      return (JSON.parse(output) as { error: { code: string } }).error.code
    }
    const other = text.replaceAll(id, '0198c0de-0000-7000-8000-000000000000')
    expect(await refused(other)).toBe('FREEHOLD_PROOF_WRONG')
    const moved = JSON.stringify({ ...parsed, system: 'another' })
    expect(await refused(moved)).toBe('FREEHOLD_PROOF_WRONG')
    const fewer = JSON.stringify({ ...parsed, services: parsed.services.slice(1) })
    expect(await refused(fewer)).toBe('FREEHOLD_PROOF_WRONG')
    expect(await refused(text.slice(0, text.length / 2))).toBe('FREEHOLD_PROOF_UNREADABLE')
    expect(await refused('{}')).toBe('FREEHOLD_PROOF_UNREADABLE')
    const keys = path(state, 'no-keys')
    await writeFile(keys, '')
    expect(await refused(text, '--keys', keys)).toBe('FREEHOLD_SEAL_KEY_UNREADABLE')
  }

  it('also by a service that stood still when it was asked; until then it is named', async () => {
    const ada = await lived(system.url, newWords())
    const [notes] = (await processesOf(state)).filter(({ command }) => /notes-service\/dist/.test(command))
    process.kill(notes?.pid ?? 0, 'SIGSTOP')
    try {
      const asked = await freehold('erase', '--subject', ada.id.toUpperCase(), '--yes', '--timeout', '6')
      expect(asked).toMatchObject({ exitCode: 2, output: expect.stringContaining('Not done yet by notes') })
      const certifying = await freehold(
        'erasures',
        'certify',
        '--subject',
        ada.id,
        '--to',
        path(state, 'early'),
        '--json',
      )
      expect(JSON.parse(certifying.output)).toMatchObject({ error: { code: 'FREEHOLD_ERASURE_NOT_DONE' } })
    } finally {
      process.kill(notes?.pid ?? 0, 'SIGCONT')
    }
    expect(await freehold('erase', '--subject', ada.id, '--yes')).toMatchObject({ exitCode: 0 })
  })

  it('or not, when what is asked for makes no sense', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { exitCode, output } = await freehold('erase', '--json', ...args)
      expect(exitCode).toBe(1)
      return (JSON.parse(output) as { error: { code: string } }).error.code
    }
    expect(await refused('--subject', 'x')).toBe('FREEHOLD_CLI_NOT_CONFIRMED')
    expect(await refused('--subject', '  ', '--yes')).toBe('FREEHOLD_CLI_USAGE')
    expect(await refused('--subject', 'x', '--yes', '--timeout', '-1')).toBe('FREEHOLD_CLI_USAGE')
    expect(await refused('--subject', 'x', '--yes', '--purpose', 'marketing')).toBe(
      'FREEHOLD_ERASURE_NOTHING_PERSONAL',
    )
    expect(await refused('--subject', 'x'.repeat(201), '--yes')).toBe('FREEHOLD_CLI_USAGE')
    expect(await refused('--subject', 'ada@example.org', '--yes')).toBe('FREEHOLD_CLI_USAGE')
    const nowhere = path(state, 'no', 'folder', 'c.json')
    expect(await refused('--subject', 'x', '--yes', '--certificate', nowhere)).toBe(
      'FREEHOLD_CLI_OUTPUT_NOT_WRITTEN',
    )
  })
})
