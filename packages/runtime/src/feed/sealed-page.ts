import type { Queryable } from '../database/index.js'
import { isInRun, keptPart, sealedRuns } from '../events/sealed-runs.js'
import { archived, type SealedEvent } from '../events/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'
import { placeFrom, placeOf, requireSameLife, type Place, type PlaceRow, type SentCursor } from './place.js'

/** What a page may hold. */
export interface PageReading {
  /** Only events after this position. */
  readonly after: number
  /** The last position that is looked at, sealed or not; not more than 1000 further. */
  readonly last: number
  readonly types: readonly string[]
  /** The most events. */
  readonly limit: number
  /** Bytes of the events' texts, beyond which a page takes no more of them. It has one at least. */
  readonly bytes: number
  /** What must fit this life of the log; whoever read nothing yet has none. */
  readonly cursor?: SentCursor
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
  /** Where it ends: at its last event where it was cut, else at `last`, or where the sealed part of the log ends. */
  readonly position: number
  /** The id of the segment that holds that position; undefined at 0. */
  readonly segment: string | undefined
  /** How the log was when it was read, seen from the cursor. */
  readonly place: Place
}

/**
 * Reads pages of a log whose size is bounded in the database, before anything is held in memory. One statement sees it
 * all at one moment: a partition may be archived, and a new life begin, at any time.
 *
 * @returns Throws HttpProblem 409 for a cursor of another life of the log, and FreeholdError
 *   `FREEHOLD_EVENTS_ARCHIVED` where some of what is asked for was archived.
 */
export type PageReader = (db: Queryable, reading: PageReading) => Promise<SealedPage>

/** How much larger the rows are that the database looks at, as they are stored, before it measures their texts. */
const slack = 4

const noCursor: SentCursor = { after: 0, epoch: undefined, segment: undefined }

/**
 * @param service - The name of the service whose log it is.
 * @param log - Its log of events.
 */
export function pageReader(service: string, log: string): PageReader {
  const statement = readingOf(log)
  return async (db, { after, last, types, limit, bytes, cursor = noCursor }) => {
    const values = [service, log, after, last - after, types, bytes, bytes * slack, limit, cursor.after]
    const { rows } = await db.query<Row>({ ...statement, values })
    const [first] = rows
    const place = placeOf(first)
    requireSameLife(place, cursor)
    const keptAfter = Number(first?.kept_after ?? 0)
    if (keptAfter > after) throw archived(service, after, keptAfter)
    const events = rows.flatMap((row) => (row.position === null ? [] : [eventOf(row, Number(row.position))]))
    const cut = rows.at(-1)?.has_more === true ? events.at(-1) : undefined
    if (cut !== undefined) return { events, isCut: true, position: cut.position, segment: cut.segment, place }
    const position = Math.max(after, Math.min(last, place.head))
    // A standby may lag behind the position that another server has told.
    const segment = position <= place.head ? (first?.end_segment ?? undefined) : undefined
    return { events, isCut: false, position, segment, place }
  }
}

/** What is of the place and of the end is in the first row alone. */
interface Row extends Omit<PageEvent, 'position'>, PlaceRow {
  readonly position: number | string | null
  readonly has_more: boolean | null
  readonly kept_after: number | string
  readonly end_segment: string | null
}

function eventOf(row: Row, position: number): PageEvent {
  const { segment, id, type, key, at, data, correlation_id, causation_id, traceparent } = row
  return { position, segment, id, type, key, at, data, correlation_id, causation_id, traceparent }
}

function readingOf(log: string): { name: string; text: string } {
  return prepared(`
    with ${sealedRuns},
    ${keptPart},
    place as (${placeFrom('$9')}),
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
        lead(true, 1, false) over in_order as has_more,
        row_number() over in_order as place,
        sum(pg_column_size(e.data)) over in_order - pg_column_size(e.data) as stored_before
      from runs r
      cross join lateral (
        select l.seq, l.id, l.type, l.key, l.at, l.data, l.correlation_id, l.causation_id, l.traceparent
        from ${identifier(log)} l
        where ${isInRun}
        -- Kept apart from the rest, for the planner would scan the whole log for a type that it takes for a rare one.
        offset 0
      ) e
      where e.type = any ((select $5::text[])::text[])
      window in_order as (order by e.seq + r.shift rows unbounded preceding)
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
        v.has_more,
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
      m.has_more,
      p.head,
      p.cursor_segment,
      p.epochs,
      p.kept_after,
      p.end_segment
    from kept k
    left join measured m on k.after <= $3 and (m.bytes <= $6 or m.place = 1)
    left join lateral (
      select
        p.head,
        p.cursor_segment,
        p.epochs,
        k.after as kept_after,
        (select s.id from segments s order by s.first_position desc limit 1) as end_segment
      from place p
    ) p on coalesce(m.place, 1) = 1
    order by m.position`)
}
