import pg from 'pg'
import type { Closing } from '../../stage/closing.js'
import { arrivals, insertArrivals, madeEvents, type Arrival } from '../arrivals.js'
import { queue, startPgBoss } from '../peers/pg-boss.js'
import type { Drain } from './backlog.js'

/** pg-boss: fetch, write the effects, complete. A crash between the two makes the effects twice. */
export async function byPgBoss(url: string, readerUrl: string, closing: Closing): Promise<Drain> {
  const boss = await startPgBoss(url, { notify: false })
  closing.defer(() => boss.stop({ graceful: false }))
  const reader = new pg.Client({ connectionString: readerUrl })
  await reader.connect()
  closing.defer(() => reader.end())
  return {
    name: 'pg-boss, fetch and complete (at least once)',
    pace: 8_000,
    async fill(count) {
      const { rows } = await reader.query<Arrival>(madeEvents(count))
      for (let start = 0; start < rows.length; start += 5_000)
        await boss.insert(
          queue,
          rows.slice(start, start + 5_000).map((data) => ({ data })),
        )
    },
    async drain(batch, count) {
      for (let left = count; left > 0;) {
        const jobs = await boss.fetch<Arrival>(queue, { batchSize: batch })
        if (jobs.length === 0) return
        await reader.query(
          insertArrivals(
            arrivals,
            jobs.map(({ data }) => data),
          ),
        )
        await boss.complete(
          queue,
          jobs.map(({ id }) => id),
        )
        left -= jobs.length
      }
    },
  }
}
