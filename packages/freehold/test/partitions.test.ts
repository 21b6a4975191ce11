import pg from 'pg'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { canPartition, depotThings, eventColumns, openDepot, type Depot } from './fixtures/depot.js'

const partitioned = `create table events (${eventColumns}) partition by range (seq)`
const insert = `insert into events (id, type, key, data) values (gen_random_uuid(), 'x', 'k', '{}')`

let depot: Depot
afterEach(() => depot.remove())

/** The partitions by name, with what they hold. */
const partitions = (): Promise<{ name: string; bounds: string }[]> =>
  depot.as(
    'administrator',
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = '${depot.depot}.events'::regclass order by length(c.relname), c.relname`,
  )

/** Sets the last seq that was drawn. */
const draw = (seq: number): Promise<unknown> =>
  depot.as('administrator', 'select setval($1, $2)', [`${depot.depot}.events_seq_seq`, seq])

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => error,
  )

describe.skipIf(!canPartition)('a partitioned log', () => {
  it('has its partitions when its migration ends, and nothing is left to plan', async () => {
    depot = await openDepot(inject('serverUrl'), 4_000)
    expect(await partitions()).toEqual([
      { name: 'events_from_1', bounds: "FOR VALUES FROM ('1') TO ('4001')" },
      { name: 'events_from_4001', bounds: "FOR VALUES FROM ('4001') TO ('8001')" },
      { name: 'events_from_8001', bounds: "FOR VALUES FROM ('8001') TO ('12001')" },
    ])
    expect(await depot.plan()).toEqual([])
  })

  it('gets the next ones with its seals, before they are needed, also where what was drawn was rolled back', async () => {
    depot = await openDepot(inject('serverUrl'), 20_000)
    expect(await partitions()).toHaveLength(1)
    await draw(1)
    await depot.seal()
    expect(await partitions()).toHaveLength(2)
    await draw(20_000)
    await depot.seal()
    expect(await partitions()).toHaveLength(2)
    await draw(20_001)
    await depot.seal()
    expect((await partitions()).at(-1)).toEqual({
      name: 'events_from_40001',
      bounds: "FOR VALUES FROM ('40001') TO ('60001')",
    })
    expect(await depot.plan()).toEqual([])
  })

  it('gets them while a writer has not ended, and later where somebody alters the log', async () => {
    depot = await openDepot(inject('serverUrl'), 20_000)
    const other = new pg.Client({ connectionString: depot.adminUrl })
    await other.connect()
    try {
      await other.query(`begin; ${insert.replace('events', `${depot.depot}.events`)}`)
      await depot.seal()
      expect(await partitions()).toHaveLength(2)
      await draw(20_001)
      await other.query(`rollback; begin; lock table ${depot.depot}.events in share update exclusive mode`)
      await depot.seal()
      expect(await partitions()).toHaveLength(2)
    } finally {
      await other.end()
    }
    await depot.seal()
    expect(await partitions()).toHaveLength(3)
  })

  it('makes room for a transaction that writes more than a partition takes', async () => {
    depot = await openDepot(inject('serverUrl'), 5_000)
    const bulk = `insert into ${depot.depot}.events (id, type, key, data)
      select gen_random_uuid(), 'x', 'k', '{}' from generate_series(1, 30000)`
    expect(await failure(depot.as('administrator', bulk))).toMatchObject({ code: '23514' })
    expect(await failure(depot.as('app', `select freehold.extend_log('events', 1)`))).toMatchObject({
      code: '42501',
    })
    await depot.as('migrator', `select freehold.extend_log('events', 50000)`)
    await depot.as('administrator', bulk)
    expect(await depot.plan()).toEqual([])
  })

  it('is widened and indexed with all its partitions, and so are those to come', async () => {
    depot = await openDepot(inject('serverUrl'), 20_000)
    await depot.as('migrator', `select freehold.add_log_column('events', 'note', 'text')`)
    await depot.as('migrator', `select freehold.add_log_index('events', 'by_key', array['key'])`)
    await draw(1)
    await depot.seal()
    expect(await partitions()).toHaveLength(2)
    expect(await depot.plan()).toEqual([])
  })

  it('has only the rows of its migration, in partitions that Freehold made', async () => {
    depot = await openDepot(inject('serverUrl'), 100, null)
    const forged = `${depotThings} ${partitioned};
      create table forged (${eventColumns.replace('generated always as identity ', 'not null ')});
      insert into forged (seq, id, type, key, data) values (1, gen_random_uuid(), 'x', 'k', '{}');
      alter table events attach partition forged for values from (1) to (101)`
    expect(await failure(depot.migrate(forged))).toMatchObject({
      message: expect.stringContaining('has partitions of somebody else'),
    })
    expect(
      await failure(
        depot.migrate(`${depotThings} ${partitioned}; create table d partition of events default`),
      ),
    ).toMatchObject({ message: expect.stringContaining('has partitions of somebody else') })
  })
})

it.skipIf(canPartition)(
  'a log that is partitioned is refused on an older server, with the version that it takes',
  async () => {
    depot = await openDepot(inject('serverUrl'), 100, null)
    const columns = eventColumns.replace('generated always as identity ', '')
    const migrated = failure(
      depot.migrate(`${depotThings} create table events (${columns}) partition by range (seq)`),
    )
    expect(await migrated).toMatchObject({ message: expect.stringContaining('from PostgreSQL 17 on') })
  },
)
