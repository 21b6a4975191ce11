import type { Queryable } from '../database/index.js'
import { isInRun, keptPart, sealedRuns } from '../events/sealed-runs.js'
import { archived, type SealedEvent } from '../events/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'

/** What a page may hold. */
export interface PageReading {
  /** Only events after this position. */
  readonly after: number
  /** The last position that is looked at: sealed, and not more than 1000 further. */
  readonly last: number
  readonly types: readonly string[]
  /** The most events. */
  readonly limit: number
  /** Bytes of the events' texts, beyond which a page takes no more of them. It has one at least. */
  readonly bytes: number
}

/** An event whose data is still the text that the database gave: nobody but the consumer needs to parse it. */
export interface PageEvent extends Omit<SealedEvent, 'data'> {
  readonly data: string
}

/** A part of a log, as one consumer sees it. */
export interface SealedPage {
  readonly events: readonly PageEvent[]
  /** Whether it was cut because of its size or the limit: then there are more events before `last`. */
  readonly isCut: boolean
}

/**
 * Reads pages of a log whose size is bounded in the database, before anything is held in memory. It rejects with
 * `FREEHOLD_EVENTS_ARCHIVED` where some of what is asked for was archived: the look for it is part of the statement,
 * because a partition may go at any time.
 */
export type PageReader = (db: Queryable, reading: PageReading) => Promise<SealedPage>

/** How much larger the rows are that the database looks at, as they are stored, before it measures their texts. */
const slack = 4

/**
 * @param service - The name of the service whose log it is.
 * @param log - Its log of events.
 */
export function pageReader(service: string, log: string): PageReader {
  const statement = readingOf(log)
  return async (db, { after, last, types, limit, bytes }) => {
    const values = [service, log, after, last - after, types, bytes, bytes * slack, limit]
    const { rows } = await db.query<Row>({ ...statement, values })
    const keptAfter = Number(rows[0]?.kept_after ?? 0)
    if (keptAfter > after) throw archived(service, after, keptAfter)
    const events = rows.flatMap(({ visible: _visible, kept_after: _kept, ...row }) =>
      row.position === null ? [] : [{ ...row, position: Number(row.position) }],
    )
    return { events, isCut: events.length < Number(rows[0]?.visible ?? 0) }
  }
}

interface Row extends Omit<PageEvent, 'position'> {
  // A driver that is not set up by us gives a bigint as text.
  readonly position: number | string | null
  readonly visible: number | string | null
  readonly kept_after: number | string
}

function readingOf(log: string): { name: string; text: string } {
  return prepared(`
    with ${sealedRuns},
    ${keptPart},
    visible as (
      select
        e.id,
        e.type,
        e.key,
        e.at,
        e.data,
        e.correlation_id,
        e.causation_id,
        e.traceparent,
        e.seq + r.shift as position,
        r.id as segment,
        count(*) over () as visible,
        row_number() over (order by e.seq + r.shift) as place,
        sum(pg_column_size(e.data)) over (order by e.seq + r.shift rows unbounded preceding) - pg_column_size(e.data)
          as stored_before
      from runs r
      cross join lateral (
        select l.seq, l.id, l.type, l.key, l.at, l.data, l.correlation_id, l.causation_id, l.traceparent
        from ${identifier(log)} l
        where ${isInRun}
        -- Kept apart from the rest, for the planner would scan the whole log for a type that it takes for a rare one.
        offset 0
      ) e
      where e.type = any ($5::text[])
    ),
    measured as (
      select
        v.position,
        v.segment,
        v.id,
        v.type,
        v.key,
        v.at,
        t.data,
        v.correlation_id,
        v.causation_id,
        v.traceparent,
        v.visible,
        v.place,
        sum(
          octet_length(t.data) + octet_length(v.key) + coalesce(octet_length(v.correlation_id), 0)
            + coalesce(octet_length(v.causation_id), 0) + coalesce(octet_length(v.traceparent), 0)
        ) over (order by v.position rows unbounded preceding) as bytes
      from visible v
      cross join lateral (select v.data::text as data offset 0) t
      where v.stored_before <= $7 and v.place <= $8
    )
    select
      m.position,
      m.segment,
      m.id,
      m.type,
      m.key,
      m.at,
      m.data,
      m.correlation_id,
      m.causation_id,
      m.traceparent,
      m.visible,
      k.after as kept_after
    from kept k
    left join measured m on k.after <= $3 and (m.bytes <= $6 or m.place = 1)
    order by m.position`)
}
