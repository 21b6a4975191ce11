import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { seal } from './index.js'

let shop: Workshop
let db: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
})
afterAll(() => shop.drop())

const insert = `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', $1, '{}')`

const takenId = { name: 'taken-id', text: 'select pg_current_xact_id()', values: [] }

/** The keys of what is sealed, by position. */
async function sealedKeys(): Promise<string[]> {
  const { rows } = await db.query<{ key: string }>(
    `select e.key from freehold.segment s
     cross join lateral unnest(s.seqs) with ordinality as r (seqs, place)
     join events e on e.seq <@ r.seqs
     where s.log = 'events' order by s.number, e.seq`,
  )
  return rows.map(({ key }) => key)
}

describe('freehold.seal', () => {
  it('seals what was committed, once, in dense positions', async () => {
    expect(await seal(db, 'events')).toMatchObject({ isBusy: false, rows: 0, position: 0 })
    await db.query(insert, ['a'])
    await db.query(insert, ['b'])
    const sealed = await seal(db, 'events')
    expect(sealed).toMatchObject({ isBusy: false, rows: 2, position: 2 })
    expect(sealed.lagMs).toBeGreaterThan(0)
    expect(await seal(db, 'events')).toEqual({ isBusy: false, rows: 0, position: 2, lagMs: undefined })
    expect(await sealedKeys()).toEqual(['a', 'b'])
  })

  it('takes what commits late when it commits, and does not wait for it', async () => {
    const late = new pg.Client(shop.appUrl)
    await late.connect()
    await late.query('begin')
    await late.query(insert, ['late'])
    await db.query(insert, ['early'])
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 3 })
    expect(await seal(db, 'events')).toMatchObject({ rows: 0, position: 3 })
    await late.query('commit')
    await late.end()
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 4 })
    expect(await sealedKeys()).toEqual(['a', 'b', 'early', 'late'])
  })

  it('leaves out what was rolled back', async () => {
    await rejection(
      db.transaction(async (tx) => {
        await tx.query(insert, ['undone'])
        throw new Error('undo')
      }),
    )
    await db.query(insert, ['after'])
    expect(await seal(db, 'events')).toMatchObject({ rows: 1, position: 5 })
    expect((await sealedKeys()).at(-1)).toBe('after')
  })

  it('cuts a backlog into segments of one snapshot', async () => {
    await db.query(
      `insert into events (id, type, key, data)
       select gen_random_uuid(), 'workshop.made.v1', i::text, '{}' from generate_series(1, 2500) i`,
    )
    expect(await seal(db, 'events')).toMatchObject({ rows: 2500, position: 2505 })
    const { rows } = await db.query(
      `select row_count, first_position, snapshot from freehold.segment where log = 'events' order by number desc limit 3`,
    )
    expect(rows).toMatchObject([
      { row_count: 500, first_position: 2006 },
      { row_count: 1000, first_position: 1006 },
      { row_count: 1000, first_position: 6 },
    ])
    expect(new Set(rows.map(({ snapshot }) => snapshot)).size).toBe(1)
  })

  it('lets one session seal at a time, and says so to the other', async () => {
    const first = new pg.Client(shop.appUrl)
    await first.connect()
    await db.query(insert, ['c'])
    await first.query('begin')
    await first.query("select * from freehold.seal('events')")
    expect(await seal(db, 'events')).toEqual({ isBusy: true, rows: 0, position: undefined, lagMs: undefined })
    expect(await seal(db, 'audit_log')).toMatchObject({ isBusy: false })
    await first.end()
    await expect.poll(() => seal(db, 'events')).toMatchObject({ isBusy: false, rows: 1 })
  })

  it('is held up by nobody but who seals: no service can take its lock', async () => {
    const holder = new pg.Client(shop.appUrl)
    await holder.connect()
    await holder.query(`select pg_advisory_lock(hashtext('freehold.seal workshop'), hashtext('events'))`)
    await db.query(insert, ['d'])
    expect(await seal(db, 'events')).toMatchObject({ isBusy: false, rows: 1 })
    for (const forbidden of [
      'select from freehold.sealing for update',
      'update freehold.sealing set starts_anew = true',
    ])
      expect(await rejection(holder.query(forbidden))).toMatchObject({ code: '42501' })
    await holder.end()
  })

  it('writes nothing where there is nothing new, and reads only what is', async () => {
    await db.query(`insert into audit_log (action) select 'made' from generate_series(1, 20000)`)
    await seal(db, 'audit_log')
    // All have one transaction id, so that the statistics say of any other, too, that it has all rows.
    const admin = new pg.Client(shop.adminUrl)
    await admin.connect()
    await admin.query('analyze workshop.audit_log')
    await admin.end()
    const counts = `select pg_current_xact_id_if_assigned() is not null as has_written,
        sum(pg_stat_get_xact_tuples_returned(r.oid) + pg_stat_get_xact_tuples_fetched(r.oid))::bigint as read
      from (
        select 'audit_log'::regclass::oid
        union all
        select i.indexrelid from pg_index i where i.indrelid = 'audit_log'::regclass
      ) as r (oid)`
    await db.transaction(async (tx) => {
      const before = await tx.query<{ read: number }>(counts)
      await seal(tx, 'audit_log')
      expect((await tx.query(counts)).rows).toEqual([{ has_written: false, read: before.rows[0]?.read }])
    })
  })

  it('refuses a transaction that has written, or that cannot see what others commit', async () => {
    const wrote = db.transaction(async (tx) => {
      await tx.query(insert, [randomUUID()])
      await seal(tx, 'events')
    })
    expect(await rejection(wrote)).toMatchObject({ code: '25000' })
    const blind = db.transaction((tx) => seal(tx, 'events'), { isolation: 'repeatable read' })
    expect(await rejection(blind)).toMatchObject({ code: '25000' })
  })

  it('leaves to the next seal what its own transaction appends after it', async () => {
    let hasEnded = false
    // Others must end between the moment when the seal gets its transaction id and that of its snapshot.
    const others = [shop.open(), shop.open(), shop.open()].map(async (other) => {
      while (!hasEnded) await Promise.all(Array.from({ length: 20 }, () => other.query(takenId)))
    })
    const rounds = 30
    for (let round = 0; round < rounds; round += 1) {
      await db.query(insert, ['before'])
      await db.transaction(async (tx) => {
        await seal(tx, 'events')
        await tx.query(insert, ['own'])
      })
    }
    hasEnded = true
    await Promise.all(others)
    await seal(db, 'events')
    expect((await sealedKeys()).filter((key) => key === 'own')).toHaveLength(rounds)
  })

  it('knows only the logs of its own service, and nobody else may write what is sealed', async () => {
    expect(await rejection(seal(db, 'items'))).toMatchObject({ code: '42P01' })
    const forged = db.query(
      `insert into freehold.segment (service, log, number, epoch, first_position, row_count, seqs, snapshot)
       values ('workshop', 'events', 99, 1, 9999, 1, '{[1,1]}', '1:1:')`,
    )
    expect(await rejection(forged)).toMatchObject({ code: 'FREEHOLD_PERMISSION_DENIED' })
  })
})
