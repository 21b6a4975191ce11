import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { archiveLog, logState, verifyArchive, type Archived, type ArchiveOptions } from 'freehold'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { eventReader, eventsAfter, lastEvents } from '../src/events/index.js'
import { withServiceSession } from '../src/sessions/index.js'
import { canPartition, openDepot, type Depot } from './fixtures/depot.js'

let depot: Depot
let folder: string

/** The consumer stands at a position, in one of its two lanes; the other is further. */
const consumed = async (position: number): Promise<void> => {
  await depot.atReader(
    `insert into freehold.consumer (service, consumer, source, lanes) values ('${depot.reader}', 'all', '${depot.depot}', 2)
     on conflict do nothing`,
  )
  await depot.atReader(
    `insert into freehold.consumer_lane (service, consumer, source, lane, position)
     select '${depot.reader}', 'all', '${depot.depot}', n, $1::bigint + n from generate_series(0, 1) n
     on conflict (service, consumer, source, lane) do update set position = excluded.position`,
    [position],
  )
}

const archive = (options: Partial<ArchiveOptions> = {}): Promise<Archived[]> =>
  archiveLog(depot.context, {
    service: depot.depot,
    log: 'events',
    before: 201,
    to: folder,
    backedUpTo: 1_000,
    who: 'ann',
    ...options,
  })

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => error,
  )

const count = async (what: string): Promise<number> => {
  const rows = await depot.as<{ count: string }>('administrator', `select count(*) as count from ${what}`)
  return Number(rows[0]?.count)
}

describe.skipIf(!canPartition)('archiving', () => {
  beforeEach(async () => {
    depot = await openDepot(inject('serverUrl'))
    folder = await mkdtemp(join(tmpdir(), 'freehold-archive-'))
    await depot.append(250)
    await depot.seal()
  })
  afterEach(async () => {
    await depot.remove()
    await rm(folder, { recursive: true, force: true })
  })

  it('is refused while a consumer or the backups are not past it, and says who is behind and by how much', async () => {
    expect(await failure(archive())).toMatchObject({
      code: 'FREEHOLD_ARCHIVE_REFUSED',
      message: expect.stringContaining(`consumer ${depot.reader} is at position 0, 100 behind`),
    })
    await consumed(99)
    expect(await failure(archive({ backedUpTo: 98 }))).toMatchObject({
      message: expect.stringContaining(
        'all is at position 99, 1 behind its end; backups have the log up to position 98',
      ),
    })
    await depot.atReader(
      `update freehold.consumer_lane set position = 500, segment = gen_random_uuid()::text`,
    )
    expect(await failure(archive())).toMatchObject({ code: 'FREEHOLD_ARCHIVE_REFUSED' })
    expect(await readdir(folder)).toEqual([])
  })

  it('takes whole partitions, whose archives fit the table and its segments, and leaves no drift', async () => {
    await consumed(250)
    const rows = await depot.as(
      'administrator',
      `select to_jsonb(e) as row from ${depot.depot}.events e order by seq`,
    )
    const done = await archive()
    expect(done.map(({ rows: n, lastPosition }) => [n, lastPosition])).toEqual([
      [100, 100],
      [100, 200],
    ])
    const texts = await Promise.all(done.map(async ({ file }) => gunzipSync(await readFile(file)).toString()))
    const lines = texts
      .flatMap((text) => text.trimEnd().split('\n').slice(1))
      .map((line) => JSON.parse(line) as object)
    expect(lines.map((line) => Reflect.get(line, 'position'))).toEqual(
      Array.from({ length: 200 }, (_, n) => `${n + 1}`),
    )
    expect(lines.map((line) => Reflect.get(line, 'row'))).toEqual(
      rows.slice(0, 200).map((row) => Reflect.get(row, 'row')),
    )
    expect(await count(`${depot.depot}.events`)).toBe(50)
    for (const { file } of done) expect(await verifyArchive(depot.context, file)).toMatchObject({ rows: 100 })
    expect(await depot.plan()).toEqual([])
    const { archives, consumers, partitions } = await logState(depot.context, {
      service: depot.depot,
      log: 'events',
    })
    expect(archives).toMatchObject([{ who: 'ann', backed_up_to: '1000' }, { last_position: '200' }])
    expect(consumers).toEqual([{ consumer: `${depot.reader}.all`, position: 250 }])
    expect(partitions[0]).toMatchObject({ name: 'events_from_201', rows: 50, sealed: 50, firstPosition: 201 })
    await depot.append(1)
    await depot.seal()
    expect(await count(`freehold.segment where service = '${depot.depot}'`)).toBe(10)
  })

  it('leaves the positions of a segment of which a part is gone', async () => {
    await consumed(250)
    await archive({ before: 101 })
    const asked = { ...depot.context, service: depot.depot, applicationName: 'archiving test' }
    await withServiceSession(asked, async (client, service) => {
      const reader = eventReader(client, service)
      const positions = (events: readonly { position: number }[]): number[] =>
        events.map(({ position }) => position)
      expect(positions(await eventsAfter(reader, 100, 3, {}))).toEqual([101, 102, 103])
      expect(positions(await lastEvents(reader, 1_000, {}))).toEqual(
        Array.from({ length: 150 }, (_, n) => n + 101),
      )
      expect(await failure(eventsAfter(reader, 99, 3, {}))).toMatchObject({
        code: 'FREEHOLD_EVENTS_ARCHIVED',
        details: { firstPosition: 101 },
      })
    })
  })

  it('does not believe an archive that was changed', async () => {
    await consumed(250)
    const [{ file } = { file: '' }] = await archive()
    const text = gunzipSync(await readFile(file)).toString()
    for (const changed of [
      text.replace('"k1"', '"k2"'),
      text.slice(0, text.lastIndexOf('{')),
      text.replace(/"first_position":1\b/, '"first_position":2'),
    ]) {
      expect(changed).not.toBe(text)
      await writeFile(file, gzipSync(changed))
      expect(await failure(verifyArchive(depot.context, file))).toMatchObject({
        code: 'FREEHOLD_ARCHIVE_DIFFERS',
      })
    }
    await writeFile(file, gzipSync(text).subarray(0, 500))
    expect(await failure(verifyArchive(depot.context, file))).toMatchObject({
      code: 'FREEHOLD_ARCHIVE_DIFFERS',
    })
  })

  it('reads back what it wrote before anything goes', async () => {
    await consumed(250)
    const onStep = async (step: string): Promise<void> => {
      const [file = ''] = step === 'verify' ? await readdir(folder) : []
      if (file === '') return
      const text = gunzipSync(await readFile(join(folder, file))).toString()
      await writeFile(join(folder, file), gzipSync(text.replace('"k1"', '"k2"')))
    }
    expect(await failure(archive({ onStep }))).toMatchObject({ code: 'FREEHOLD_ARCHIVE_DIFFERS' })
    expect(await count(`${depot.depot}.events`)).toBe(250)
  })

  it('takes nothing by time that is younger, and nothing that is not full or not sealed', async () => {
    await consumed(500)
    expect(await archive({ before: new Date(0) })).toEqual([])
    await depot.append(60)
    expect(await archive({ before: 100 })).toEqual([])
    expect(await failure(archive({ before: 500 }))).toMatchObject({
      message: expect.stringContaining('are not sealed'),
    })
    expect(await count(`freehold.archive where service = '${depot.depot}'`)).toBe(2)
  })

  it('lets a transaction that wrote late go first, and archives nothing that it was not told of', async () => {
    await consumed(500)
    const late = new pg.Client({ connectionString: depot.adminUrl })
    await late.connect()
    try {
      const insert = `insert into ${depot.depot}.events (seq, id, type, key, data) overriding system value
        values ($1, gen_random_uuid(), 'x', 'k', '{}')`
      await late.query(
        `alter table ${depot.depot}.events_from_1 disable trigger all; delete from ${depot.depot}.events where seq = 7`,
      )
      const onStep = async (step: string): Promise<void> => {
        if (step === 'take out') await late.query(insert, [7])
      }
      expect(await failure(archive({ onStep }))).toMatchObject({ code: 'FREEHOLD_ARCHIVE_REFUSED' })
    } finally {
      await late.end()
    }
    expect(await count(`freehold.archive where service = '${depot.depot}'`)).toBe(0)
  })

  it('says who has the log in use when a partition cannot go, takes nothing, and goes on afterwards', async () => {
    await consumed(250)
    const reading = new pg.Client({ connectionString: depot.adminUrl, application_name: 'long report' })
    await reading.connect()
    try {
      await reading.query(`begin; select from ${depot.depot}.events limit 1`)
      const busy = await failure(archive({ patienceMs: 300 }))
      expect(busy).toMatchObject({
        code: 'FREEHOLD_ARCHIVE_BUSY',
        message: expect.stringContaining('in use by long report (process '),
        details: { partition: 'events_from_1', holders: [{ name: 'long report' }] },
      })
      expect(await count(`${depot.depot}.events`)).toBe(250)
      expect(await count(`freehold.archive where service = '${depot.depot}'`)).toBe(0)
      const waiting = archive()
      await reading.query('commit')
      expect(await waiting).toHaveLength(2)
    } finally {
      await reading.end()
    }
  })
})
