import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmBinaries, removeData, startServer, systemBinaries } from '@freehold/embedded'
import { startSystem } from '@notes/start'
import pg from 'pg'
import { expect, it } from 'vitest'
import { join } from './api-client.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const olderBinaries = systemBinaries(15)

// Where Debian's 15 is installed it is one of the servers, so that both ends of the range are used at once.
it(`runs on servers that exist already (PostgreSQL ${olderBinaries ? '15 and ' : ''}18), notes on one of its own, and finds its data there again`, async () => {
  const state = await mkdtemp(path(tmpdir(), 'freehold-existing-'))
  const folders = ['server', 'server of notes'].map((name) => path(state, name))
  const [shared, own] = await Promise.all(
    [olderBinaries ?? npmBinaries(), npmBinaries()].map((binaries, index) =>
      startServer({ directory: folders[index] ?? '', durable: false, binaries }),
    ),
  )
  const databasesOf = async (url = ''): Promise<string[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query<{ name: string }>(
      "select datname as name from pg_database where datname like '%\\_db' order by datname",
    )
    await client.end()
    return rows.map(({ name }) => name)
  }
  const options = {
    root,
    config: path(root, 'freehold.config.ts'),
    state: path(state, 'state'),
    fresh: false,
    ports: { gateway: 0, auth: 0, user: 0, notes: 0, postgres: 0 },
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LOG_LEVEL: 'warn',
      FREEHOLD_SERVER_URL: shared?.url,
      FREEHOLD_SERVER_URL_NOTES: own?.url,
    },
  }
  try {
    const first = await startSystem(options)
    const ada = await join(first.url)
    const { body } = await ada.send('POST', '/api/notes', { title: 'kept elsewhere' })
    expect(await databasesOf(shared?.url)).toEqual(['auth_db', 'user_db'])
    expect(await databasesOf(own?.url)).toEqual(['notes_db'])
    await first.stop()
    const second = await startSystem(options)
    try {
      const answer = await fetch(`${second.url}/api/notes/${String(body['id'])}`, {
        headers: { authorization: `Bearer ${ada.token}` },
      })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ title: 'kept elsewhere' })
    } finally {
      await second.stop()
    }
  } finally {
    for (const server of [shared, own]) await server?.stop('immediate')
    for (const folder of folders) await removeData(folder)
    await rm(state, { recursive: true, force: true })
  }
})
