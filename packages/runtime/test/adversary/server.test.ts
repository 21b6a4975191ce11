import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeData, startServer, type EmbeddedServer } from '@freehold/embedded'
import { isFreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { sealedEvents } from '../../src/events/sealed-events.js'
import { seal, startSealer } from '../../src/sealing/index.js'
import { workshop, workshopService, type Workshop } from '../fixtures/workshop.js'
import { follow } from './following.js'
import { faultless, judge } from './judge.js'
import { emptyLedger, makeKeys, write } from './load.js'
import { sealedReader } from './readers.js'
import { seededForTest } from '../fixtures/seeded.js'
import { orderly } from './transactions.js'

const writers = 24
let directory: string
let server: EmbeddedServer
let shop: Workshop

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'freehold-killed-'))
  await chmod(directory, 0o711)
  server = await start()
  shop = await workshop(server.url)
})
afterAll(async () => {
  await shop.drop()
  await server.stop('immediate')
  await removeData(server.dataDirectory)
  await rm(directory, { recursive: true, force: true })
})

/** A commit must survive the death of the server, though not of the machine. */
function start(before?: EmbeddedServer, settings: Record<string, string> = {}): Promise<EmbeddedServer> {
  return startServer({
    directory: join(directory, 'data'),
    durable: false,
    settings: { synchronous_commit: 'on', full_page_writes: 'on', ...settings },
    ...(before && { port: before.port, password: new URL(before.url).password }),
  })
}

it.each([
  ['what was acknowledged', 'on'],
  ['what was read, though writers did not wait for the disk', 'off'],
])('keeps %s at its position when PostgreSQL is killed under load', async (_name, synchronousCommit) => {
  const random = seededForTest('killed server')
  const url = `${shop.appUrl}?options=-c%20synchronous_commit%3D${synchronousCommit}`
  const db = shop.open({ url, max: writers })
  const reading = shop.open({ max: 2 })
  const ledger = emptyLedger()
  const keys = await makeKeys(db, 6)
  const sealed = follow(sealedReader(reading), (error) => isFreeholdError(error))
  const sealing = shop.open({ url, max: 1 })
  const sealer = startSealer(workshopService, sealing, { logs: ['events'] })
  let isOver = false
  // A service may have so many connections, and the next test wants them.
  onTestFinished(async () => {
    isOver = true
    await sealer.stop()
    await Promise.all([db.close(), reading.close(), sealing.close()])
  })
  const load = write(db, ledger, { random, writers, until: () => isOver, keys, styles: orderly })
  const readMore = (): Promise<void> => {
    const enough = sealed.read.length + 50 + random.below(50)
    return expect.poll(() => sealed.read.length).toBeGreaterThan(enough)
  }
  await readMore()
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  server = await start(server)
  await readMore()
  isOver = true
  await load
  const { rows } = await db.query<{ all: number }>('select count(*) as all from events')
  await expect.poll(() => sealed.read.length).toBe(rows[0]?.all)
  expect(ledger.unknown).toBeGreaterThan(0)
  if (synchronousCommit === 'off') ledger.acknowledged.clear()
  expect(await judge(db, ledger, await sealed.finish())).toEqual(faultless)
  expect(await follow(sealedReader(reading)).finish()).toEqual(sealed.read)
})

it('begins a new epoch where a server was promoted, and seals nothing again', async () => {
  const db = shop.open({ max: 1 })
  const events = sealedEvents('workshop', 'events')
  const append = (key: string): Promise<unknown> =>
    db.query(
      `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', $1, '{}')`,
      [key],
    )
  const { position: before = 0 } = await seal(db, 'events')
  await append('not sealed before')
  await server.stop()
  // The end of an archive recovery, as of a standby that is promoted: the same rows on a new timeline.
  await writeFile(join(server.dataDirectory, 'recovery.signal'), '')
  server = await start(server, { restore_command: 'false' })
  const isStandby = (): Promise<unknown> =>
    db.query('select pg_is_in_recovery() as it_is').then(
      ({ rows }) => rows[0]?.['it_is'],
      () => undefined,
    )
  await expect.poll(isStandby).toBe(false)
  await append('written after')
  expect(await seal(db, 'events')).toMatchObject({ rows: 2, position: before + 2 })
  await append('the last')
  expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: before + 3 })
  const after = await events.read(db, { after: before, limit: 10 })
  expect(after.map(({ key }) => key)).toEqual(['not sealed before', 'written after', 'the last'])
  expect(await events.epochs(db)).toMatchObject([
    { number: 1, first_position: 1 },
    { number: 2, first_position: before + 1 },
  ])
})
