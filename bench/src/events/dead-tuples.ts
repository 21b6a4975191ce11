import { connect, seal, type Database } from '@freehold/runtime'
import { setTimeout } from 'node:timers/promises'
import type { Client } from 'pg'
import { Closing } from '../stage/closing.js'
import { onDatabase } from '../stage/on-database.js'
import { madeEvents } from './arrivals.js'
import { startFeedReader } from './feed-reader.js'
import type { Part } from '../part.js'

const title =
  'Dead rows: what a vacuum would have to clear away after events were told, sealed and had their effect\n' +
  '(autovacuum off for these tables, so that it cannot hide them)'
const statementRows = 10_000
const eventsPerSecond = 25_000

interface TableFigures {
  readonly table: string
  readonly live: number
  readonly dead: number
}

/** What events leave behind for vacuum: a million of them, unless `--seconds` says less. */
export const deadTuples: Part = {
  async measure(stage, { seconds = 1_000_000 / eventsPerSecond }, onStep) {
    const count = Math.max(statementRows, Math.round(seconds * eventsPerSecond))
    const databases = await stage.clone()
    await using closing = new Closing()
    const publisherUrl = databases.appUrl('bench')
    const publisher = connect({ url: publisherUrl, applicationName: 'bench', max: 1 })
    closing.defer(() => publisher.close())
    const publisherAdmin = databases.adminUrl('bench')
    const readerAdmin = databases.adminUrl('reader')
    await withoutAutovacuum(publisherAdmin, ['bench.events', 'freehold.segment', 'freehold.epoch'])
    await withoutAutovacuum(readerAdmin, ['reader.arrivals', 'freehold.consumer_lane'])

    const head = await told(publisher, count, onStep)
    await heard({ publisherUrl, readerUrl: databases.appUrl('reader'), head })

    const figures = [
      ...(await onDatabase(publisherAdmin, (client) =>
        figuresOf(client, ['events', 'segment', 'epoch'], count),
      )),
      ...(await onDatabase(readerAdmin, (client) => figuresOf(client, ['arrivals', 'consumer_lane'], count))),
    ]
    return {
      title,
      header: [`after ${count} events`, 'live', 'dead'],
      rows: figures.map(({ table, live, dead }) => [table, String(live), String(dead)]),
      figures,
    }
  },
}

async function withoutAutovacuum(adminUrl: string, tables: readonly string[]): Promise<void> {
  await onDatabase(adminUrl, async (client) => {
    for (const table of tables) await client.query(`alter table ${table} set (autovacuum_enabled = false)`)
  })
}

async function told(publisher: Database, count: number, onStep: (what: string) => void): Promise<number> {
  let head = 0
  for (let done = 0; done < count;) {
    const some = Math.min(statementRows, count - done)
    await publisher.query({
      name: `tell_${some}`,
      text: `insert into events (id, type, key, data) select e.id, e.type, e.key, e.data from (${madeEvents(some)}) e`,
    })
    head = (await seal(publisher, 'events')).position ?? head
    done += some
    if (done % 100_000 === 0) onStep(`${done} events told and sealed`)
  }
  return head
}

async function heard(from: { publisherUrl: string; readerUrl: string; head: number }): Promise<void> {
  const { publisherUrl, readerUrl, head } = from
  const sealer = { sealedBeyond: () => Promise.resolve(head) }
  const reader = await startFeedReader({
    publisherUrl,
    readerUrl,
    batch: 1_000,
    handles: 'batch',
    sealer,
  })
  try {
    await reader.reached(head)
  } finally {
    await reader.stop()
  }
}

/** Connections report what they did when they are idle, after a while. */
async function figuresOf(client: Client, tables: readonly string[], count: number): Promise<TableFigures[]> {
  for (;;) {
    const { rows } = await client.query<TableFigures & { inserted: number }>(
      `select s.schemaname || '.' || s.relname as table, s.n_live_tup::integer as live, s.n_dead_tup::integer as dead,
         s.n_tup_ins::integer as inserted
       from pg_stat_user_tables s
       where s.relname = any ($1) and s.schemaname in ('bench', 'reader', 'freehold')
       order by array_position($1, s.relname::text)`,
      [tables],
    )
    if ((rows[0]?.inserted ?? 0) >= count) return rows.map(({ table, live, dead }) => ({ table, live, dead }))
    await setTimeout(200)
  }
}
