import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmBinaries, removeData, startServer, systemBinaries } from '@freehold/embedded'
import { startSystem } from '@notes/start'
import { expect, it } from 'vitest'
import { join } from './api-client.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const olderBinaries = systemBinaries(15)

// Where Debian's 15 is installed it is the server that exists already, so that both ends of the range are used.
it(`runs on a server that exists already (${olderBinaries ? 'PostgreSQL 15' : 'PostgreSQL 18'}), and finds its data there again`, async () => {
  const state = await mkdtemp(path(tmpdir(), 'freehold-existing-'))
  const data = path(state, 'server')
  const server = await startServer({
    directory: data,
    durable: false,
    binaries: olderBinaries ?? npmBinaries(),
  })
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
      FREEHOLD_SERVER_URL: server.url,
    },
  }
  try {
    const first = await startSystem(options)
    const ada = await join(first.url)
    const { body } = await ada.send('POST', '/api/notes', { title: 'kept elsewhere' })
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
    await server.stop('immediate')
    await removeData(data)
    await rm(state, { recursive: true, force: true })
  }
}, 120_000)
