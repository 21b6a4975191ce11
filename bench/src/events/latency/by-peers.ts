import { run } from 'graphile-worker'
import pg from 'pg'
import {
  getDisabledLogger,
  initializeMessageStorage,
  initializePollingMessageListener,
} from 'pg-transactional-outbox'
import type { Closing } from '../../stage/closing.js'
import { noteId } from '../../writes/rows.js'
import { quietPool } from '../peers/quiet-pool.js'
import { addJob, installGraphile, silent, task } from '../peers/graphile.js'
import { boxNames, installBox, messageAbout } from '../peers/outbox.js'
import { queue, startPgBoss } from '../peers/pg-boss.js'
import type { Heard, Herald } from './herald.js'

/** graphile-worker as it is: it listens. */
export async function byGraphile(url: string, heard: Heard, closing: Closing): Promise<Herald> {
  const pool = quietPool(url, closing)
  await installGraphile(pool)
  const taskList = {
    [task]: (payload: unknown) => {
      heard((payload as { id: string }).id)
    },
  }
  const runner = await run({ pgPool: pool, logger: silent, noHandleSignals: true, taskList })
  closing.defer(() => runner.stop())
  return {
    name: 'graphile-worker, same database',
    async tell(id) {
      await pool.query(addJob, [{ id }])
    },
  }
}

/** pg-boss with NOTIFY, which it does not do unless asked. */
export async function byPgBoss(url: string, heard: Heard, closing: Closing): Promise<Herald> {
  const boss = await startPgBoss(url, { notify: true })
  closing.defer(() => boss.stop({ graceful: false }))
  await boss.work<{ id: string }>(queue, (jobs) => {
    for (const { data } of jobs) heard(data.id)
    return Promise.resolve()
  })
  return {
    name: 'pg-boss with notify, same database',
    async tell(id) {
      await boss.send(queue, { id })
    },
  }
}

/** pg-transactional-outbox as it is when it polls. Its other way needs wal_level = logical for the whole server. */
export async function byOutbox(url: string, heard: Heard, closing: Closing): Promise<Herald> {
  await installBox(url, 'outbox')
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  closing.defer(() => pool.end())
  const config = {
    outboxOrInbox: 'outbox' as const,
    dbListenerConfig: { connectionString: url },
    settings: {
      ...boxNames('outbox'),
      enableMaxAttemptsProtection: true,
      enablePoisonousMessageProtection: true,
    },
  }
  const logger = getDisabledLogger()
  const store = initializeMessageStorage(config, logger)
  const [stop] = initializePollingMessageListener(
    config,
    {
      handle(message) {
        heard(message.id)
        return Promise.resolve()
      },
    },
    logger,
  )
  closing.defer(stop)
  return {
    name: 'pg-transactional-outbox, polling, same database',
    async tell(id) {
      const client = await pool.connect()
      try {
        await store({ ...messageAbout(noteId(0), {}), id }, client)
      } finally {
        client.release()
      }
    },
  }
}
