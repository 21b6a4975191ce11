import pg from 'pg'
import type { Closing } from '../../stage/closing.js'
import { arrivals, insertArrivals, madeEvents, type Arrival } from '../arrivals.js'
import type { Drain } from './backlog.js'

interface Row extends Arrival {
  readonly seq: string
}

/**
 * The raw limit: one loop that reads a plain outbox by its sequence, and writes effects and cursor in one statement.
 * It is no way to do it, for it loses what commits late.
 */
export async function bySql(publisherUrl: string, readerUrl: string, closing: Closing): Promise<Drain> {
  const [publisher, reader] = [publisherUrl, readerUrl].map(
    (connectionString) => new pg.Client({ connectionString }),
  ) as [pg.Client, pg.Client]
  for (const client of [publisher, reader]) {
    await client.connect()
    closing.defer(() => client.end())
  }
  await reader.query(`insert into reader.cursors (consumer, position) values ('raw', 0)`)
  let position = await lastSeq(publisher)
  return {
    name: 'batched SQL, the raw limit',
    pace: 25_000,
    async fill(count) {
      await publisher.query(
        `insert into bench.outbox (id, type, key, data) select e.id, e.type, e.key, e.data from (${madeEvents(count)}) e`,
      )
    },
    async drain(batch) {
      for (;;) {
        const { rows } = await publisher.query<Row>({
          name: 'next',
          text: `select o.seq, o.id, o.type, o.key, o.data from bench.outbox o where o.seq > $1 order by o.seq limit $2`,
          values: [position, batch],
        })
        const last = rows.at(-1)
        if (last === undefined) return
        const { text, values } = insertArrivals(arrivals, rows)
        await reader.query({
          name: 'apply',
          text: `with moved as (update reader.cursors set position = $2 where consumer = 'raw') ${text}`,
          values: [...values, last.seq],
        })
        position = last.seq
      }
    },
  }
}

async function lastSeq(publisher: pg.Client): Promise<string> {
  const { rows } = await publisher.query<{ last: string }>(
    'select coalesce(max(o.seq), 0) as last from bench.outbox o',
  )
  return rows[0]?.last ?? '0'
}
