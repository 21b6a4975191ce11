import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemBinaries } from '@freehold/embedded'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sealedEvents } from '../../src/events/sealed-events.js'
import { seal, startSealer } from '../../src/sealing/index.js'
import { workshop, workshopService, type Workshop } from '../fixtures/workshop.js'

const run = promisify(execFile)
const major = Number(process.env['FREEHOLD_TEST_POSTGRES'] ?? 0)
const binaries = major === 0 ? undefined : systemBinaries(major)?.directory
const program = (name: string): string => join(binaries ?? '', name)
const canDump = binaries !== undefined && existsSync(program('pg_dump')) && existsSync(program('psql'))

let from: Workshop
let to: Workshop

beforeAll(async () => {
  from = await workshop()
  to = await workshop()
})
afterAll(async () => {
  await from.drop()
  await to.drop()
})

// Only where the operating system installed pg_dump, with FREEHOLD_TEST_POSTGRES.
it.skipIf(!canDump)('loses no row of a dump that is loaded row by row while a sealer runs', async () => {
  const events = sealedEvents('workshop', 'events')
  const original = from.open({ max: 1 })
  const insert = (count: number): Promise<unknown> =>
    original.query(
      `insert into events (id, type, key, data)
       select gen_random_uuid(), 'workshop.made.v1', i::text, '{}' from generate_series(1, $1) i`,
      [count],
    )
  await insert(300)
  await seal(original, 'events')
  await insert(300)
  const tables = ['workshop.events', 'workshop.events_seq_seq', 'freehold.epoch', 'freehold.segment']
  const { stdout: dump } = await run(
    program('pg_dump'),
    ['--data-only', '--inserts', ...tables.flatMap((name) => ['-t', name]), from.adminUrl],
    { maxBuffer: 2 ** 24 },
  )

  const refusals: unknown[] = []
  const sealer = startSealer(workshopService, to.open({ max: 1 }), {
    logs: ['events'],
    events: { seldomMs: 2 },
    onError: (error) => refusals.push(error),
  })
  const loading = run(program('psql'), ['-q', '-v', 'ON_ERROR_STOP=1', to.adminUrl])
  loading.child.stdin?.end(dump)
  await loading
  const restored = to.open({ max: 1 })
  await expect.poll(() => events.head(restored)).toBe(600)
  await sealer.stop()
  expect(refusals).not.toEqual([])
  expect(refusals[0]).toMatchObject({ code: '55000' })
  const ids = async (db: typeof original): Promise<string[]> =>
    (await events.read(db, { after: 0, limit: 1_000 })).map(({ id }) => id)
  await seal(original, 'events')
  expect(await ids(restored)).toEqual(await ids(original))
  expect(await events.epochs(restored)).toMatchObject([{ number: 1 }, { number: 2, first_position: 301 }])
})
