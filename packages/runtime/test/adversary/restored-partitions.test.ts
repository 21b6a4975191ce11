import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeData, startServer, type EmbeddedServer } from '@freehold/embedded'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/database/index.js'
import { sealedEvents, type Cursor } from '../../src/events/index.js'
import { placeReader, requireSameLife } from '../../src/feed/place.js'
import { seal } from '../../src/sealing/index.js'
import { rejection } from '../fixtures/rejection.js'
import { partitionRows, yard, type Yard } from '../fixtures/yard.js'

const canPartition = Number(process.env['FREEHOLD_TEST_POSTGRES'] ?? 18) >= 17
const events = sealedEvents('yard', 'events')
const placeAt = placeReader('yard', 'events')

describe.skipIf(!canPartition)('a partitioned log that is dumped, and restored into another server', () => {
  let directory: string
  let server: EmbeddedServer
  let from: Yard
  let to: Yard
  let original: Database
  let restored: Database

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'freehold-restored-'))
    await chmod(directory, 0o711)
    ;[from, server] = await Promise.all([
      yard(),
      startServer({ directory: join(directory, 'data'), durable: false }),
    ])
    to = await yard(server.url)
    original = from.open({ max: 1 })
    restored = to.open({ max: 1 })
  })
  afterAll(async () => {
    await from.drop()
    await to.drop()
    await server.stop('immediate')
    await removeData(server.dataDirectory)
    await rm(directory, { recursive: true, force: true })
  })

  it('keeps its positions, goes on in an epoch of its own, and notices a cursor that is beyond the dump', async () => {
    await append(original, 'a', partitionRows * 2 + 50)
    await append(original, 'b', 30, 'seal later')
    await restore(from, to)
    const dumped = partitionRows * 2 + 50
    const shared = await cursorAt(original, dumped)

    // The original lives on for a while, and a consumer reads of that.
    await append(original, 'lost', 20)
    const beyond = await cursorAt(original, dumped + 50)
    const before = await append(restored, 'new', partitionRows)

    expect(before).toBe(dumped + 30 + partitionRows)
    expect(await keysOf(restored)).toEqual([
      ...Array<string>(dumped).fill('a'),
      ...Array<string>(30).fill('b'),
      ...Array<string>(partitionRows).fill('new'),
    ])
    const ofBoth = async (db: Database): Promise<unknown[]> =>
      (await events.read(db, { after: 0, limit: dumped })).map(({ position, id }) => [position, id])
    expect(await ofBoth(restored)).toEqual(await ofBoth(original))
    expect(await events.epochs(restored)).toMatchObject([
      { number: 1, first_position: 1 },
      { number: 2, first_position: dumped + 1 },
    ])

    expect(await refusalOf(shared)).toBeUndefined()
    expect(await refusalOf(beyond)).toMatchObject({
      status: 409,
      extensions: { reason: 'other-segment', forkPosition: dumped },
    })
  })

  async function refusalOf({ position, segment, epoch }: Cursor): Promise<unknown> {
    const place = await placeAt(restored, position)
    const sent = { after: position, segment: segment ?? undefined, epoch: epoch ?? undefined }
    const look = async (): Promise<void> => requireSameLife(place, sent)
    return look().then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
  }
})

/** Appends rows, a few at a time so that there is room for them. @returns The last position that is sealed then. */
async function append(db: Database, key: string, count: number, when = 'seal at once'): Promise<number> {
  for (let left = count; left > 0; left -= 250) {
    await db.query(
      `insert into events (id, type, key, data)
       select gen_random_uuid(), 'yard.made.v1', $1, '{}' from generate_series(1, $2) n`,
      [key, Math.min(left, 250)],
    )
    if (when === 'seal at once') await seal(db, 'events')
  }
  return events.head(db)
}

async function keysOf(db: Database): Promise<string[]> {
  return (await events.read(db, { after: 0, limit: 10_000 })).map(({ key }) => key)
}

async function cursorAt(db: Database, position: number): Promise<Cursor> {
  const segment = (await events.segmentAt(db, position)) ?? null
  const epoch = (await events.epochs(db)).at(-1)?.id ?? null
  expect(segment).not.toBeNull()
  return { position, segment, epoch }
}

/**
 * What pg_dump and psql do with the rows of a log, and with what is known of it, where a dump is loaded into a database
 * that Freehold has provisioned: rows with their seqs and transaction ids by way of text, and sequences at the end.
 */
async function restore(from: Yard, to: Yard): Promise<void> {
  const [source, target] = [new pg.Client(from.adminUrl), new pg.Client(to.adminUrl)]
  await Promise.all([source.connect(), target.connect()])
  try {
    await source.query('begin isolation level repeatable read, read only')
    const { rows: sequence } = await source.query<{ last: string }>(
      'select last_value as last from yard.events_seq_seq',
    )
    const last = Number(sequence[0]?.last)
    await target.query(`select freehold.make_partitions('yard', 'events', $1)`, [last])
    for (const table of ['freehold.epoch', 'freehold.segment', 'yard.events']) {
      const { rows } = await source.query<{ dump: string }>(
        `select coalesce(json_agg(to_json(t)), '[]')::text as dump from ${table} t`,
      )
      await target.query(
        `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`,
        [rows[0]?.dump],
      )
      // A sealer that looks in between must not take what is there for all there is.
      if (table !== 'freehold.epoch') expect(await refusedSeal(to)).toMatchObject({ code: '55000' })
    }
    await target.query(`select setval('yard.events_seq_seq', $1)`, [last])
  } finally {
    await Promise.all([source.end(), target.end()])
  }
}

async function refusedSeal(shop: Yard): Promise<unknown> {
  const db = shop.open({ max: 1 })
  return rejection(seal(db, 'events')).finally(() => db.close())
}
