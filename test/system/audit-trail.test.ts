import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { promisify } from 'node:util'
import type { RunningSystem } from '@notes/start'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { configs, root, strategies } from './administration.js'
import { join, send, type Person } from './api-client.js'
import { startForTest } from './start-for-test.js'

interface Entry {
  readonly service: string
  readonly seq: number
  readonly position: number | null
  readonly at: string
  readonly action: string
  readonly version: number | null
  readonly detail: Record<string, unknown>
  readonly proof: { status: string; href?: string; inline?: object }
}

interface Page {
  readonly items: Entry[]
  readonly nextCursor: string | null
  readonly incomplete: string[]
}

const nameOf = ({ service, seq }: Entry): string => `${service} ${seq}`

describe.each(strategies)('one’s own audit trail under %s', (strategy) => {
  let state: string
  let system: RunningSystem
  let keysFile: string
  beforeAll(async () => {
    state = await mkdtemp(path(tmpdir(), 'freehold-trail-'))
    system = await startForTest(state, configs[strategy])
    keysFile = path(state, 'seal-keys')
    const keys = await fetch(`${system.url}/api/auth/.well-known/seal-keys`)
    expect(keys.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    await writeFile(keysFile, await keys.text())
  })
  afterAll(async () => {
    await system.stop()
    await rm(state, { recursive: true, force: true })
  })

  const page = async (person: Person, query: string): Promise<Page> => {
    const answer = await person.send('GET', `/api/users/me/audit?${query}`)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return answer.body as unknown as Page
  }

  const all = async (
    person: Person,
    limit: number,
    between = async (): Promise<void> => {},
  ): Promise<Entry[]> => {
    const found: Entry[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const next: Page = await page(person, `limit=${limit}${cursor && `&cursor=${cursor}`}`)
      expect(next.incomplete).toEqual([])
      found.push(...next.items)
      cursor = next.nextCursor
      await between()
    }
    return found
  }

  /** When all that was done is signed: some tens of milliseconds later. */
  const signed = async (person: Person, query = 'limit=100'): Promise<Entry[]> =>
    vi.waitFor(async () => {
      const { items } = await page(person, query)
      expect(items.map(({ proof }) => proof.status)).toEqual(items.map(() => 'signed'))
      return items
    }, 20_000)

  /** What the documented script says, as a process of its own. */
  const check = async (proof: string): Promise<{ code: number; said: string }> => {
    const file = path(state, 'proof.json')
    await writeFile(file, proof)
    const script = path(root, 'docs/seals/check-proof.mjs')
    return promisify(execFile)(process.execPath, [script, file, keysFile]).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: unknown) => ({
        code: (error as { code: number }).code,
        said: (error as { stderr: string }).stderr,
      }),
    )
  }

  const download = async (person: Person, href: string): Promise<{ text: string; headers: Headers }> => {
    const answer = await fetch(`${system.url}${href}`, {
      headers: { authorization: `Bearer ${person.token}` },
    })
    expect(answer.status).toBe(200)
    return { text: await answer.text(), headers: answer.headers }
  }

  it('has every act in its order, from three services, and each is proven to whoever has the keys', async () => {
    const ada = await join(system.url, 'Ada')
    await vi.waitFor(async () => expect((await all(ada, 100)).some(isOf('user'))).toBe(true), 20_000)
    const { body } = await ada.send('POST', '/api/notes', { title: 'Plan' })
    const note = `/api/notes/${String(body['id'])}`
    await ada.send('PATCH', note, { body: 'x' }, { 'if-match': '"1"' })
    await ada.send('PATCH', '/api/users/me', { bio: 'Engines' }, { 'if-match': '*' })
    await ada.send('DELETE', note, undefined, { 'if-match': '"2"' })
    await ada.send('POST', `${note}/restore`, { version: 1 }, { 'if-match': '"3"' })
    await send(system.url, 'POST', '/api/auth/login', { email: ada.email, password: 'a wrong password' })
    await ada.send('POST', '/api/auth/password', {
      currentPassword: ada.password,
      newPassword: 'another horse battery',
    })

    const entries = await signed(ada)
    const acts = entries.toReversed().map(({ service, action }) => `${service}: ${action}`)
    expect(acts.filter((act) => act !== 'user: profile.created')).toEqual([
      'auth: account.registered',
      'auth: login.succeeded',
      'notes: note.created',
      'notes: note.patched',
      'user: profile.changed',
      'notes: note.deleted',
      'notes: note.restored',
      'auth: login.failed',
      'auth: password.changed',
    ])
    expect(acts.indexOf('user: profile.created')).toBeGreaterThan(0)
    expect(entries.find(({ action }) => action === 'note.restored')).toMatchObject({
      version: 4,
      detail: { from: 1 },
    })
    expect(entries.find(({ action }) => action === 'login.failed')).toMatchObject({
      actor: null,
      entityId: ada.id,
    })

    for (const entry of entries) {
      const { text, headers } = await download(ada, entry.proof.href ?? '')
      expect(headers.get('content-disposition')).toBe(
        `attachment; filename="${entry.service}-audit_log-${entry.position}.proof.json"`,
      )
      const { code, said } = await check(text)
      expect([code, said]).toEqual([
        0,
        expect.stringContaining(`position ${entry.position} of ${entry.service}/audit_log`),
      ])
      expect(said).toContain(`action: ${entry.action}`)
      // A single byte of the row, of the way to the root, and of what was signed.
      for (const [from, to] of [
        [entry.action, entry.action.replace(/.$/, 'x')],
        [/"root": "./.exec(text)?.[0] ?? '', '"root": "_'],
        ['\\nposition ', '\\nposition 1'],
      ] as const) {
        expect(text).toContain(from)
        expect((await check(text.replace(from, to))).code).toBe(1)
      }
    }
  })

  it('has the proofs with it where that is asked for, and they are the same', async () => {
    const ada = await join(system.url, 'Ada')
    await ada.send('POST', '/api/notes', { title: 'Plan' })
    const entries = await signed(ada, 'limit=100&proofs=inline')
    for (const { proof } of entries) {
      expect((await check(JSON.stringify(proof.inline))).code).toBe(0)
      const { text } = await download(ada, proof.href ?? '')
      // Under another checkpoint it has another way to the root, for the same row.
      expect((JSON.parse(text) as { row: object }).row).toEqual((proof.inline as { row: object }).row)
    }
  })

  it('is nobody else’s: not in their list, not by its number, and not without a token', async () => {
    const [ada, bob] = await Promise.all([join(system.url, 'Ada'), join(system.url, 'Bob')])
    await ada.send('POST', '/api/notes', { title: 'Secret' })
    const hers = await signed(ada)
    const his = await all(bob, 100)
    expect(his.map(nameOf).filter((name) => hers.map(nameOf).includes(name))).toEqual([])
    for (const { proof } of hers) {
      const href = proof.href ?? ''
      expect((await bob.send('GET', href)).status).toBe(404)
      expect((await fetch(`${system.url}${href}`)).status).toBe(401)
    }
    expect((await fetch(`${system.url}/api/users/me/audit`)).status).toBe(401)
  })

  it('is read page by page, and no page loses or repeats an entry while others are written', async () => {
    const ada = await join(system.url, 'Ada')
    for (let i = 0; i < 10; i += 1) await ada.send('POST', '/api/notes', { title: `note ${i}` })
    await ada.send('PATCH', '/api/users/me', { bio: 'Engines' }, { 'if-match': '*' })
    const before = (await all(ada, 100)).map(nameOf)
    let written = 0
    let isDone = false
    const writing = (async () => {
      while (!isDone) {
        written += Number((await ada.send('POST', '/api/notes', { title: 'meanwhile' })).status === 201)
        await ada.send('PATCH', '/api/users/me', { bio: `${written}` }, { 'if-match': '*' })
      }
    })()
    for (const limit of [1, 3, 7]) {
      const start = await all(ada, 100)
      const read = await all(ada, limit)
      const names = read.map(nameOf)
      expect(new Set(names).size).toBe(names.length)
      expect(names).toEqual(expect.arrayContaining(start.map(nameOf)))
    }
    isDone = true
    await writing
    expect(written).toBeGreaterThan(3)
    expect((await all(ada, 2)).map(nameOf).slice(-before.length)).toEqual(before)
  })

  it('names a service that has stopped, shows the others, and has its entries when it is back', async () => {
    const ada = await join(system.url, 'Ada')
    await ada.send('POST', '/api/notes', { title: 'Plan' })
    await vi.waitFor(async () => expect((await all(ada, 100)).some(isOf('user'))).toBe(true), 20_000)
    const whole = (await all(ada, 100)).map(nameOf)
    const pid = system.pids()['notes-service'] ?? 0
    // It is there and answers nothing, as one does that hangs.
    process.kill(pid, 'SIGSTOP')
    let first: Page
    try {
      const began = performance.now()
      first = await page(ada, 'limit=100')
      expect(performance.now() - began).toBeLessThan(5_000)
      expect(first.incomplete).toEqual(['notes'])
      expect(new Set(first.items.map(({ service }) => service))).toEqual(new Set(['auth', 'user']))
      const rest = await ada.send('GET', `/api/users/me/audit?cursor=${String(first.nextCursor)}`)
      expect(rest).toMatchObject({ status: 503, body: { incomplete: ['notes'] } })
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await vi.waitFor(async () => {
      const rest = await page(ada, `cursor=${String(first.nextCursor)}`)
      expect([...first.items, ...rest.items].map(nameOf).toSorted()).toEqual(whole.toSorted())
    }, 20_000)
  })

  it('is checked with the keys that the administrator has, and tells no more than those', async () => {
    const kept = await readFile(path(state, 'credentials', 'services.seal-keys'), 'utf8')
    expect(await readFile(keysFile, 'utf8')).toBe(kept)
    expect(kept.trim().split('\n')).toHaveLength(3)
  })
})

function isOf(service: string): (entry: Entry) => boolean {
  return (entry) => entry.service === service
}
