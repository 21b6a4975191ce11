import type { Queryable } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'
import type { ErasedRows, Erasure } from './erasure.js'

/** An erasure that is not at its end. */
export interface OpenErasure extends Erasure {
  /** What was erased before it was asked for. */
  readonly rowsBefore: ErasedRows
  /** What was erased when its keys were destroyed; undefined before. */
  readonly rows: ErasedRows | undefined
  /** Whether whoever was writing then has come to an end. */
  readonly isSettled: boolean
}

/** Reads a log of kind `erasure`. */
export interface ErasureReader {
  /** A number that is another whenever something was added and could be seen. */
  lastSeq(db: Queryable): Promise<number>
  /** Those that are not at their end, the oldest first. `settleMs`: how long ago they must have been forgotten to be settled. */
  open(db: Queryable, settleMs: number): Promise<OpenErasure[]>
  /** The same of one, when it is open. */
  openOne(db: Queryable, id: string, settleMs: number): Promise<OpenErasure | undefined>
  /** Who was asked to be forgotten, ever. */
  subjects(db: Queryable): Promise<{ subject: string; purpose: string | null }[]>
}

interface Found {
  id: string
  subject: string
  purpose: string | null
  reason: string | null
  rows_before: ErasedRows | null
  rows: ErasedRows | null
  is_settled: boolean
}

/** Reads the log of that name. */
export function erasureReader(log: string): ErasureReader {
  const table = identifier(log)
  const last = prepared(`select coalesce(max(seq), 0)::float8 as seq from ${table}`)
  const all = prepared(openText(table, ''))
  const one = prepared(openText(table, 'and a.id = $2'))
  const subjects = prepared(`select distinct subject, purpose from ${table} where step = 'asked'`)
  return {
    async lastSeq(db) {
      const { rows } = await db.query<{ seq: number }>(last)
      return rows[0]?.seq ?? 0
    },
    async open(db, settleMs) {
      const { rows } = await db.query<Found>({ ...all, values: [settleMs] })
      return rows.map(openOf)
    },
    async openOne(db, id, settleMs) {
      const { rows } = await db.query<Found>({ ...one, values: [settleMs, id] })
      return rows.map(openOf)[0]
    },
    async subjects(db) {
      const { rows } = await db.query<{ subject: string; purpose: string | null }>(subjects)
      return rows
    },
  }
}

/**
 * Settled is one when every transaction that was open while its keys were destroyed has ended: such a one may have
 * sealed before, and written after.
 */
function openText(table: string, condition: string): string {
  return `
    select distinct on (a.id)
      a.id,
      a.subject,
      a.purpose,
      a.reason,
      a.detail -> 'rows' as rows_before,
      f.detail -> 'rows' as rows,
      coalesce(
        f.xid < pg_snapshot_xmin(pg_current_snapshot()) and f.at < clock_timestamp() - $1::float8 * interval '1 ms',
        false
      ) as is_settled
    from ${table} a
    left join lateral (
      select f.xid, f.at, f.detail
      from ${table} f
      where f.id = a.id and f.step = 'forgotten'
      order by f.seq
      limit 1
    ) f on true
    where a.step = 'asked' and not exists (select from ${table} e where e.id = a.id and e.step = 'erased') ${condition}
    order by a.id, a.seq`
}

function openOf({ id, subject, purpose, reason, rows_before, rows, is_settled }: Found): OpenErasure {
  return {
    id,
    subject,
    ...(purpose !== null && { purpose }),
    ...(reason !== null && { reason }),
    rowsBefore: rows_before ?? {},
    rows: rows ?? undefined,
    isSettled: is_settled,
  }
}
