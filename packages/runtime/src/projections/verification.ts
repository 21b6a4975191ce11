import type { Queryable } from '../database/index.js'
import { prepared } from '../statements/prepared.js'

/** How builds are verified. */
export interface VerifyOptions {
  /**
   * For how long both builds are held at their position after they were compared, in milliseconds; 0 when absent. A
   * swap within this time finds what was verified, even while events come in. Meanwhile the live build gets older.
   */
  readonly holdMs?: number | undefined
  /** How long it is waited until the rebuild has caught up, in milliseconds; 60,000 when absent. */
  readonly withinMs?: number | undefined
}

/** A key whose rows differ, and in which of the builds it has one. */
export interface Difference {
  readonly key: string
  readonly inLive: boolean
  readonly inRebuild: boolean
}

/** How a rebuild is beside the live build, at one position. */
export interface Verification {
  /** The number of the rebuild. */
  readonly build: number
  /** Where both were, by source. */
  readonly positions: Readonly<Record<string, number>>
  /** Of all rows of the rebuild, but for `version`, `created_at` and `updated_at`. {@link Projection.swap} asks for it. */
  readonly digest: string
  readonly rows: number
  readonly live: { readonly digest: string; readonly rows: number }
  /** Whether the two say the same. */
  readonly isSame: boolean
  /** Ten keys at most. */
  readonly differences: readonly Difference[]
  /** How many events each has set aside, which are missing in it. */
  readonly parked: { readonly live: number; readonly rebuild: number }
}

const digest = prepared('select digest, row_count from freehold.digest_projection($1, $2)')
const compare = prepared('select key, in_live, in_rebuild from freehold.compare_projection($1, $2)')
const parked = prepared(
  `select count(*) as parked from freehold.parked_event
   where service = $1 and consumer = $2 and state in ('parked', 'retry')`,
)

/** The digest of a build, and how many rows it has. */
export async function digestOf(
  db: Queryable,
  table: string,
  place: 'live' | 'building' | 'retired',
): Promise<{ digest: string; rows: number }> {
  const { rows } = await db.query<{ digest: string; row_count: number | string }>({
    ...digest,
    values: [table, place],
  })
  return { digest: rows[0]?.digest ?? '', rows: Number(rows[0]?.row_count ?? 0) }
}

/** Keys that differ between the rebuild and the live build. */
export async function differencesOf(db: Queryable, table: string, most = 10): Promise<Difference[]> {
  const { rows } = await db.query<{ key: string; in_live: boolean; in_rebuild: boolean }>({
    ...compare,
    values: [table, most],
  })
  return rows.map((row) => ({ key: row.key, inLive: row.in_live, inRebuild: row.in_rebuild }))
}

/** How many events a consumer has set aside. */
export async function parkedOf(db: Queryable, service: string, consumer: string): Promise<number> {
  const { rows } = await db.query<{ parked: number | string }>({ ...parked, values: [service, consumer] })
  return Number(rows[0]?.parked ?? 0)
}
