import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Contender } from '../../measure/contender.js'
import type { Closing } from '../../stage/closing.js'
import { noteId } from '../../writes/rows.js'
import { NoteRevised } from '../../stage/ownership.js'
import { plainTransaction, plainUpdate, title } from './plain-transaction.js'

const insert = 'insert into outbox (id, type, key, data) values ($1, $2, $3, $4)'

/** The outbox that one writes by hand, with pg: as most do, and with statements that have names. */
export function byPg(url: string, closing: Closing): readonly Contender[] {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  closing.defer(() => pool.end())
  return [
    {
      name: 'pg, 4 round trips',
      operation: (worker) =>
        plainTransaction(pool, worker, (client) => client.query(insert, message(worker))),
    },
    { name: 'pg, 4 round trips, named statements', operation: (worker) => named(pool, worker) },
  ]
}

function message(worker: number): unknown[] {
  const data = { noteId: noteId(worker), version: 1, title }
  return [randomUUID(), NoteRevised.type, noteId(worker), data]
}

async function named(pool: pg.Pool, worker: number): Promise<void> {
  const client = await pool.connect()
  let hasFailed = true
  try {
    await client.query({ name: 'begin', text: 'begin' })
    await client.query({ name: 'update', ...plainUpdate(worker) })
    await client.query({ name: 'insert', text: insert, values: message(worker) })
    await client.query({ name: 'commit', text: 'commit' })
    hasFailed = false
  } finally {
    client.release(hasFailed)
  }
}
