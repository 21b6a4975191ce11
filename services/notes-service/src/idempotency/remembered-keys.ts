import type { Queryable } from '@freehold/runtime'
import type { RepeatableRequest } from './key.js'

/** How long a repetition is recognised. */
const remembered = '24 hours'

const claim = `
  insert into idempotency_keys (id, request_digest, note_id, expires_at)
  values ($1, $2, $3, now() + interval '${remembered}')
  on conflict (id) do update
    set request_digest = excluded.request_digest,
        note_id = excluded.note_id,
        expires_at = excluded.expires_at,
        version = idempotency_keys.version + 1
    where idempotency_keys.expires_at <= now()`

/**
 * Takes a key for a note, unless another request has it. Waits for a request that is taking the same key
 * at this moment. An expired key that was not removed yet is free.
 *
 * @param db - The transaction that also makes the note.
 * @returns Whether the key is taken for this note now.
 */
export async function claimKey(db: Queryable, request: RepeatableRequest, noteId: string): Promise<boolean> {
  const claimed = await db.query({
    name: 'idempotency_claim',
    text: claim,
    values: [request.id, request.digest, noteId],
  })
  return claimed.rowCount === 1
}

/** What a key that is taken was taken for. */
export interface RememberedKey {
  readonly request_digest: string
  readonly note_id: string
}

const recall = `select request_digest, note_id from idempotency_keys where id = $1`

/** The request that has a key. The claim that failed has locked its row, so it is there. */
export async function recallKey(db: Queryable, id: string): Promise<RememberedKey | undefined> {
  const { rows } = await db.query<RememberedKey>({ name: 'idempotency_recall', text: recall, values: [id] })
  return rows[0]
}

const forget = `
  delete from idempotency_keys
  where id in (
    select id from idempotency_keys where expires_at <= now() order by expires_at limit $1 for update skip locked
  )`

/**
 * Removes keys that have expired.
 *
 * @param batch - The most to remove at once, so that no statement holds many locks.
 * @returns How many were removed.
 */
export async function forgetExpiredKeys(db: Queryable, batch: number): Promise<number> {
  const { rowCount } = await db.query({ name: 'idempotency_forget', text: forget, values: [batch] })
  return rowCount ?? 0
}
