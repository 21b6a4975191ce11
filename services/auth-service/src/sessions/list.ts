import type { Caller } from '@notes/identity'
import type { Parts } from '../parts.js'
import type { SessionRow } from './session.js'

/** A page of sessions. `next` is the cursor of the page after it. */
export interface SessionPage {
  readonly rows: readonly Pick<
    SessionRow,
    'id' | 'user_agent' | 'address' | 'created_at' | 'last_used_at' | 'expires_at'
  >[]
  readonly next: string | null
}

/**
 * The live sessions of a caller, newest first.
 *
 * @param parts - The database and the clock.
 * @param caller - Whose sessions.
 * @param page - How many at most, and after which (its id).
 */
export async function listSessions(
  parts: Pick<Parts, 'kysely' | 'now'>,
  caller: Caller,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<SessionPage> {
  const { limit, cursor } = page
  const rows = await parts.kysely
    .selectFrom('sessions')
    .select(['id', 'user_agent', 'address', 'created_at', 'last_used_at', 'expires_at'])
    .where('user_id', '=', caller.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(parts.now()))
    .$if(cursor !== undefined, (query) => query.where('id', '<', cursor as string))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}
