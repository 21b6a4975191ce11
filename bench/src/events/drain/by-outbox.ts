import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import {
  getDisabledLogger,
  initializeMessageStorage,
  initializePollingMessageListener,
  type GeneralMessageHandler,
  type OutboxOrInbox,
  type PollingListenerConfig,
} from 'pg-transactional-outbox'
import { Countdown } from '../../measure/countdown.js'
import type { Closing } from '../../stage/closing.js'
import { arrivals, insertArrival, madeEvents, type Arrival } from '../arrivals.js'
import { boxNames, installBox } from '../peers/outbox.js'
import type { Drain } from './backlog.js'

const logger = getDisabledLogger()

/**
 * pg-transactional-outbox with its inbox: the one other that has exactly-once effects. Both sides poll, for
 * batches of its own size: with larger ones it only collides with itself more often.
 */
export async function byOutbox(url: string, readerUrl: string, closing: Closing): Promise<Drain> {
  await installBox(url, 'outbox')
  await installBox(readerUrl, 'inbox')
  const [publisher, reader] = [url, readerUrl].map((connectionString) => {
    const pool = new pg.Pool({ connectionString, max: 10 })
    closing.defer(() => pool.end())
    return pool
  }) as [pg.Pool, pg.Pool]
  return {
    name: 'pg-transactional-outbox with inbox (exactly once)',
    pace: 150,
    async fill(count) {
      // Of a measurement that took too long.
      await Promise.all([publisher.query('truncate outbox'), reader.query('truncate inbox')])
      await publisher.query(
        `insert into outbox (id, aggregate_type, aggregate_id, message_type, segment, payload)
         select e.id, 'note', e.key, e.type, e.key, to_jsonb(e) from (${madeEvents(count)}) e`,
      )
    },
    async drain(_, count, signal) {
      const countdown = new Countdown(count)
      const store = initializeMessageStorage(configOf('inbox', readerUrl), logger)
      const relay = listen(configOf('outbox', url), async (message) => {
        const client = await reader.connect()
        await store(message, client).finally(() => {
          client.release()
        })
      })
      const effect = listen(configOf('inbox', readerUrl), async (message, client) => {
        await client.query(insertArrival(arrivals, message.payload as Arrival))
        // The commit comes after the handler.
        countdown.tick()
      })
      await Promise.race([countdown.done, once(signal, 'abort')])
      await processed(reader, signal)
      await Promise.all([relay(), effect()])
    },
  }
}

function listen(config: PollingListenerConfig, handle: GeneralMessageHandler['handle']): () => Promise<void> {
  const [stop] = initializePollingMessageListener(config, { handle }, logger)
  return stop
}

function configOf(outboxOrInbox: OutboxOrInbox, connectionString: string): PollingListenerConfig {
  return {
    outboxOrInbox,
    dbListenerConfig: { connectionString },
    settings: {
      ...boxNames(outboxOrInbox),
      // Its poll takes locks that its handlers then fail to get; such a message must come again, and soon.
      enableMaxAttemptsProtection: false,
      enablePoisonousMessageProtection: false,
      nextMessagesLockInMs: 200,
      nextMessagesBatchSize: 5,
      nextMessagesPollingIntervalInMs: 10,
    },
  }
}

async function processed(reader: pg.Pool, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { rowCount } = await reader.query('select from inbox where processed_at is null limit 1')
    if (rowCount === 0) return
    await setTimeout(2)
  }
}
