import type { Pool, PoolClient } from 'pg'
import { noteId } from '../../writes/rows.js'

/** The body that every contender writes. */
export const body = 'The quick brown fox jumps over the lazy dog. '.repeat(8)
/** What the event says of the note, beside its id and version. */
export const title = 'A note'

/** The business change of everybody who has no entity: one row, nothing that guards it. */
export function plainUpdate(worker: number): { text: string; values: unknown[] } {
  return {
    text: 'update plain_notes set body = $1, updated_at = now(), version = version + 1 where id = $2',
    values: [body, noteId(worker)],
  }
}

/** BEGIN, the plain change, then whatever tells of it, COMMIT: the four round trips that everybody makes. */
export async function plainTransaction(
  pool: Pool,
  worker: number,
  tell: (client: PoolClient) => Promise<unknown>,
): Promise<void> {
  const client = await pool.connect()
  let hasFailed = true
  try {
    await client.query('begin')
    await client.query(plainUpdate(worker))
    await tell(client)
    await client.query('commit')
    hasFailed = false
  } finally {
    client.release(hasFailed)
  }
}
