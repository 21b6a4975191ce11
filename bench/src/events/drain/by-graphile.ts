import { run } from 'graphile-worker'
import { Countdown } from '../../measure/countdown.js'
import type { Closing } from '../../stage/closing.js'
import { arrivals, insertArrival, madeEvents, type Arrival } from '../arrivals.js'
import { installGraphile, silent, task } from '../peers/graphile.js'
import { quietPool } from '../peers/quiet-pool.js'
import type { Drain } from './backlog.js'

/** graphile-worker: a job for each event, ten at a time, its batches fetched and completed together. */
export async function byGraphile(url: string, readerUrl: string, closing: Closing): Promise<Drain> {
  const pool = quietPool(url, closing)
  const reader = quietPool(readerUrl, closing)
  await installGraphile(pool)
  return {
    name: 'graphile-worker, 10 jobs at a time (at least once)',
    pace: 2_500,
    async fill(count) {
      await pool.query(
        `select count(j.id) from (${madeEvents(count)}) e
         cross join lateral graphile_worker.add_job('${task}', to_json(e)) j`,
      )
    },
    async drain(batch, count) {
      const countdown = new Countdown(count)
      const runner = await run({
        pgPool: pool,
        logger: silent,
        noHandleSignals: true,
        preset: {
          worker: {
            concurrentJobs: 10,
            localQueue: { size: batch },
            completeJobBatchDelay: 1,
            failJobBatchDelay: 1,
          },
        },
        taskList: {
          [task]: async (payload) => {
            await reader.query(insertArrival(arrivals, payload as Arrival))
            countdown.tick()
          },
        },
      })
      await countdown.done
      await runner.stop()
    },
  }
}
