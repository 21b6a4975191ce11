import { eventsLogOf, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { archivedTo } from '../archiving/index.js'
import { sqlFile } from '../provisioning/sql-files.js'

/** An event at its place in the log. */
export interface PlacedEvent {
  readonly position: number
  readonly id: string
  readonly type: string
  readonly key: string
  readonly at: Date
  readonly data: unknown
  readonly correlation_id: string | null
  readonly causation_id: string | null
  readonly traceparent: string | null
}

/** Which events are wanted. */
export interface EventFilter {
  readonly type?: string | undefined
  readonly key?: string | undefined
}

/** A sealed part of the log. */
export interface SegmentPlace {
  readonly number: number
  readonly firstPosition: number
  readonly rowCount: number
}

/** How many events of a type there are. */
export interface TypeCount {
  readonly type: string
  readonly count: number
  readonly firstAt: Date
  readonly lastAt: Date
}

/** Reads the log of events of one service. */
export interface EventReader {
  /** The segment that holds a position or an event, or the last one; undefined when nothing of that is sealed. */
  segment(of?: { position?: number; id?: string }): Promise<SegmentPlace | undefined>
  /** Those events of a segment that come after a position and are wanted, in their order. */
  read(segment: number, after: number, filter: EventFilter): Promise<PlacedEvent[]>
  /** The last position that was archived; 0 when none was. */
  keptAfter(): Promise<number>
  /** All events by type, also those that are not sealed yet. */
  count(): Promise<TypeCount[]>
}

/**
 * A reader on a connection of the service.
 *
 * @throws FreeholdError `FREEHOLD_EVENT_LOG_MISSING` when the service has no log of events.
 */
export function eventReader(client: pg.Client, service: Service): EventReader {
  const log = eventsLogOf(service)
  if (log === undefined) {
    throw new FreeholdError('FREEHOLD_EVENT_LOG_MISSING', {
      message: `The service "${service.name}" has no log of events.`,
      details: { service: service.name },
    })
  }
  const table = `${pg.escapeIdentifier(service.schema)}.${pg.escapeIdentifier(log)}`
  const [segmentOf, segmentEvents, countByType] = ['segment-of', 'segment-events', 'count'].map((name) =>
    sqlFile(`events/${name}.sql`).replaceAll('%LOG%', table),
  ) as [string, string, string]
  return {
    async segment({ position = null, id = null }: { position?: number | null; id?: string | null } = {}) {
      const { rows } = await client.query<Record<'number' | 'first_position' | 'row_count', string>>(
        segmentOf,
        [service.name, log, position, id],
      )
      const [row] = rows
      if (row === undefined) return undefined
      const { number, first_position, row_count } = row
      return { number: Number(number), firstPosition: Number(first_position), rowCount: Number(row_count) }
    },
    async read(segment, after, { type, key }) {
      const values = [service.name, log, segment, after, type ?? null, key ?? null]
      const { rows } = await client.query<Omit<PlacedEvent, 'position'> & { position: string }>(
        segmentEvents,
        values,
      )
      return rows.map((row) => ({ ...row, position: Number(row.position) }))
    },
    keptAfter: () => archivedTo(client, { service: service.name, log }),
    async count() {
      const { rows } = await client.query<{ type: string; count: string; first_at: Date; last_at: Date }>(
        countByType,
      )
      return rows.map((row) => ({
        type: row.type,
        count: Number(row.count),
        firstAt: row.first_at,
        lastAt: row.last_at,
      }))
    },
  }
}
