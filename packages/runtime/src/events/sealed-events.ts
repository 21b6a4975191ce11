import type { Queryable } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared, type Prepared } from '../statements/prepared.js'
import { archived } from './archived.js'
import { isInRun, keptPart, sealedRuns } from './sealed-runs.js'

/** An event at its place in the log. */
export interface SealedEvent {
  /** Its place: from 1, without gaps, the same for every reader, for ever. */
  readonly position: number
  /** The id of the segment that it is in. */
  readonly segment: string
  readonly id: string
  readonly type: string
  /** What the event is about. Events of one key are in the order in which they happened. */
  readonly key: string
  /** When it was appended. */
  readonly at: Date
  readonly data: unknown
  readonly correlation_id: string | null
  readonly causation_id: string | null
  readonly traceparent: string | null
}

/** A life of a log. A new one begins when the database is restored, promoted or copied. */
export interface Epoch {
  readonly id: string
  readonly number: number
  /** The first position that was sealed in it. Whatever another life had there is not this. */
  readonly first_position: number
}

/** What is to be read of the sealed events. */
export interface SealedReading {
  /** Only events after this position. */
  readonly after: number
  /** The most events. */
  readonly limit: number
}

/** The sealed events of one service. */
export interface SealedEvents {
  /**
   * Events after a position, in their order; fewer than `limit` only where the sealed part of the log ends.
   *
   * @throws FreeholdError `FREEHOLD_EVENTS_ARCHIVED` with `details.firstPosition` when some of them were archived.
   */
  read(db: Queryable, reading: SealedReading): Promise<SealedEvent[]>
  /** The last position that is sealed; 0 when nothing is. */
  head(db: Queryable): Promise<number>
  /** The lives of the log, oldest first. */
  epochs(db: Queryable): Promise<Epoch[]>
  /** The id of the segment that holds a position, if it is sealed. */
  segmentAt(db: Queryable, position: number): Promise<string | undefined>
}

/**
 * Reads sealed events. A segment stores the ranges of its seqs, with a row for every one of them, so that the row at a
 * position is found by counting, not by scanning.
 *
 * @param service - The service's name.
 * @param log - Its log of events.
 */
export function sealedEvents(service: string, log: string): SealedEvents {
  const reading = readingOf(log)
  return {
    async read(db, { after, limit }) {
      const { rows } = await db.query<Read>({ ...reading, values: [service, log, after, limit] })
      const keptAfter = Number(rows[0]?.kept_after ?? 0)
      if (keptAfter > after) throw archived(service, after, keptAfter)
      return rows.flatMap(({ kept_after: _, ...row }) =>
        row.position === null ? [] : [{ ...row, position: Number(row.position) }],
      )
    },
    async head(db) {
      const { rows } = await db.query<{ head: number | string }>({ ...headOf, values: [service, log] })
      return Number(rows[0]?.head ?? 0)
    },
    async epochs(db) {
      const { rows } = await db.query<AsText<Epoch, 'first_position'>>({
        ...epochsOf,
        values: [service, log],
      })
      return rows.map((row) => ({ ...row, first_position: Number(row.first_position) }))
    },
    async segmentAt(db, position) {
      const { rows } = await db.query<{ id: string }>({ ...segmentAt, values: [service, log, position] })
      return rows[0]?.id
    },
  }
}

/** A driver that is not set up by us gives a bigint as text. */
type AsText<Row, Column extends keyof Row> = Omit<Row, Column> & Record<Column, number | string>

/** A row of a reading; only what is known of the archive where there is no event. */
type Read = Omit<SealedEvent, 'position'> & {
  readonly position: number | string | null
  readonly kept_after: number | string
}

function readingOf(log: string): Prepared {
  return prepared(`
    with ${sealedRuns},
    ${keptPart}
    select
      e.seq + r.shift as position,
      r.id as segment,
      e.id,
      e.type,
      e.key,
      e.at,
      e.data,
      e.correlation_id,
      e.causation_id,
      e.traceparent,
      k.after as kept_after
    from kept k
    left join (
      runs r
      cross join lateral (
        select l.seq, l.id, l.type, l.key, l.at, l.data, l.correlation_id, l.causation_id, l.traceparent
        from ${identifier(log)} l
        where ${isInRun}
      ) e
    ) on k.after <= $3
    order by position`)
}

const headOf = prepared(
  `select s.first_position + s.row_count - 1 as head from freehold.segment s
   where s.service = $1 and s.log = $2 order by s.number desc limit 1`,
)

const epochsOf = prepared(
  `select e.id, e.number, e.first_position from freehold.epoch e
   where e.service = $1 and e.log = $2 order by e.number`,
)

const segmentAt = prepared(
  `select s.id from freehold.segment s
   where s.service = $1 and s.log = $2 and s.first_position <= $3 and s.first_position + s.row_count > $3
   order by s.first_position desc limit 1`,
)
