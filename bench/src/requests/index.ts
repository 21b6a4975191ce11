import { fileURLToPath } from 'node:url'
import { loadSystem } from 'freehold'
import type { Benchmark } from '../benchmark.js'
import type { Contender } from '../measure/contender.js'
import { interleaved, type Schedule } from '../measure/interleaved.js'
import { sliceReport } from '../measure/progress.js'
import { ratios } from '../measure/report.js'
import { onDatabase } from '../stage/on-database.js'
import { openStage } from '../stage/stage.js'
import { HttpClient } from './http-client.js'
import { startService } from './service-process.js'
import { signIn, type SignedIn } from './signed-in.js'

const root = new URL('../../../', import.meta.url)
const note = { title: 'A note', body: 'The quick brown fox jumps over the lazy dog. '.repeat(8) }
const workers = 64

const title =
  'Requests: PUT /api/notes/{id} (token, validation, If-Match, row, history, audit) through the notes service,\n' +
  'against bare Fastify with one plain UPDATE (each server a process of its own, pools of 10, fsync on)'
const unit = 'requests/s'
const usual: Schedule = { concurrencies: [1, 8, 32], rounds: 7, seconds: 2 }

/** A PUT through the notes service, with all that it checks and writes, against a handler that only updates a row. */
export const requests: Benchmark = {
  summary: 'a PUT through the notes service against bare Fastify',
  async run({ schedule }, onStep) {
    const system = await loadSystem(fileURLToPath(new URL('freehold.config.ts', root)))
    await using stage = await openStage(system, fileURLToPath(root))
    const plain = await plainNotes(stage.databases.adminUrl('notes'))
    await using caller = await signIn('00000000-0000-7000-8000-000000000001')
    await using bare = await startService(new URL('bare-server.js', import.meta.url), {
      DATABASE_URL: stage.databases.adminUrl('notes'),
    })
    await using service = await startService(new URL('services/notes-service/dist/src/main.js', root), {
      DATABASE_URL: stage.databases.appUrl('notes'),
      AUTH_URL: caller.authUrl,
    })
    const clients = [new HttpClient(bare.port), new HttpClient(service.port)] as const
    try {
      const contenders = [bareUpdate(clients[0], plain), await guaranteedUpdate(clients[1], caller)]
      const measured = await interleaved(contenders, { ...usual, ...schedule }, sliceReport(unit, onStep))
      return [ratios(title, unit, measured)]
    } finally {
      for (const client of clients) client.close()
    }
  },
}

async function plainNotes(adminUrl: string): Promise<readonly string[]> {
  return onDatabase(adminUrl, async (client) => {
    await client.query(
      'create table plain_notes (id uuid primary key default gen_random_uuid(), title text, body text, version integer not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now())',
    )
    const { rows } = await client.query<{ id: string }>(
      'insert into plain_notes (title, body) select $1, $2 from generate_series(1, $3) returning id',
      [note.title, note.body, workers],
    )
    return rows.map(({ id }) => id)
  })
}

function bareUpdate(client: HttpClient, ids: readonly string[]): Contender {
  return {
    name: 'bare Fastify, plain UPDATE',
    async operation(worker) {
      expectStatus(200, await client.send('PUT', `/notes/${ids[worker] ?? ''}`, {}, note))
    },
  }
}

async function guaranteedUpdate(client: HttpClient, { authorization }: SignedIn): Promise<Contender> {
  const notes: { path: string; etag: string }[] = []
  for (let worker = 0; worker < workers; worker += 1) {
    const { status, etag = '', body } = await client.send('POST', '/api/notes', { authorization }, note)
    expectStatus(201, { status, body })
    notes.push({ path: `/api/notes/${(JSON.parse(body) as { id: string }).id}`, etag })
  }
  return {
    name: 'notes service, full guarantee',
    async operation(worker) {
      const own = notes[worker]
      if (!own) return
      const answer = await client.send('PUT', own.path, { authorization, 'if-match': own.etag }, note)
      expectStatus(200, answer)
      own.etag = answer.etag ?? own.etag
    },
  }
}

function expectStatus(expected: number, { status, body }: { status: number; body: string }): void {
  if (status !== expected) throw new RangeError(`expected ${expected}, got ${status}: ${body.slice(0, 300)}`)
}
