import { getDisabledLogger, initializeMessageStorage } from 'pg-transactional-outbox'
import type { Contender } from '../../measure/contender.js'
import type { Closing } from '../../stage/closing.js'
import { peerDatabase } from '../../stage/peer-database.js'
import type { Stage } from '../../stage/stage.js'
import { noteId } from '../../writes/rows.js'
import { emmettAppends } from './by-emmett.js'
import { addJob, installGraphile } from '../peers/graphile.js'
import { boxNames, installBox, messageAbout } from '../peers/outbox.js'
import { queue, startPgBoss } from '../peers/pg-boss.js'
import { quietPool } from '../peers/quiet-pool.js'
import { plainTransaction, title } from './plain-transaction.js'

/** The libraries that append in the caller's transaction, each in a database of its own, and emmett, which cannot. */
export async function byPeers(stage: Stage, closing: Closing): Promise<readonly Contender[]> {
  const contenders: Contender[] = []
  for (const open of [outbox, graphile, pgBoss, emmettAppends]) contenders.push(await open(stage, closing))
  return contenders
}

async function outbox(stage: Stage, closing: Closing): Promise<Contender> {
  const url = await peerDatabase(stage, 'produce_outbox')
  await installBox(url, 'outbox')
  const pool = quietPool(url, closing)
  const settings = {
    ...boxNames('outbox'),
    enableMaxAttemptsProtection: true,
    enablePoisonousMessageProtection: true,
  }
  const config = { outboxOrInbox: 'outbox' as const, dbListenerConfig: {}, settings }
  const store = initializeMessageStorage(config, getDisabledLogger())
  return {
    name: 'pg-transactional-outbox',
    operation: (worker) =>
      plainTransaction(pool, worker, (client) =>
        store(messageAbout(noteId(worker), payload(worker)), client),
      ),
  }
}

async function graphile(stage: Stage, closing: Closing): Promise<Contender> {
  const pool = quietPool(await peerDatabase(stage, 'produce_graphile'), closing)
  await installGraphile(pool)
  return {
    name: 'graphile-worker, add_job',
    operation: (worker) =>
      plainTransaction(pool, worker, (client) => client.query(addJob, [payload(worker)])),
  }
}

async function pgBoss(stage: Stage, closing: Closing): Promise<Contender> {
  const url = await peerDatabase(stage, 'produce_pg_boss')
  const pool = quietPool(url, closing)
  const boss = await startPgBoss(url, { notify: false })
  closing.defer(() => boss.stop({ graceful: false }))
  return {
    name: 'pg-boss, send',
    operation: (worker) =>
      plainTransaction(pool, worker, (client) => {
        const db = { executeSql: (text: string, values?: unknown[]) => client.query(text, values) }
        return boss.send(queue, payload(worker), { db })
      }),
  }
}

function payload(worker: number): { noteId: string; version: number; title: string } {
  return { noteId: noteId(worker), version: 1, title }
}
