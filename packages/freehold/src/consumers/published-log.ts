import { FreeholdError } from '@freehold/manifest/errors'
import { sqlFile } from '../provisioning/sql-files.js'
import type { ServiceSession } from '../sessions/index.js'
import type { LogCursor } from './consumer-cursor.js'

/** The sealed log of a service, as far as the places in it go. */
export interface PublishedLog {
  /** The last position that is sealed; 0 when nothing is. */
  head(): Promise<number>
  /**
   * The cursor of a position, as it is in this life of the log: `start` is before the first event that was not archived,
   * `end` the last that is sealed.
   *
   * @throws FreeholdError `FREEHOLD_EVENTS_ARCHIVED` when what comes after it was archived, `FREEHOLD_EVENT_UNKNOWN`
   *   when it is not sealed.
   */
  cursorAt(place: number | 'start' | 'end'): Promise<LogCursor>
  /** Whether all these segments are of this life of the log. */
  knows(segments: readonly string[]): Promise<boolean>
}

interface PlaceRow {
  readonly head: number | string
  readonly kept_after: number | string
  readonly position: number | string
  readonly segment: string | null
  readonly epoch: string | null
}

/**
 * @param session - The database of the publishing service.
 * @param service - Its name.
 * @param log - Its log of events.
 */
export function publishedLog(session: ServiceSession, service: string, log: string): PublishedLog {
  const placeAt = async (place: number | 'start' | 'end'): Promise<PlaceRow> => {
    const values = typeof place === 'number' ? [null, place] : [place, null]
    const { rows } = await session.query<PlaceRow>(sqlFile('consumers/place.sql'), [service, log, ...values])
    return rows[0] ?? { head: 0, kept_after: 0, position: 0, segment: null, epoch: null }
  }
  return {
    async head() {
      return Number((await placeAt('end')).head)
    },
    async cursorAt(place) {
      const { segment, epoch, ...row } = await placeAt(place)
      const [position, head, keptAfter] = [Number(row.position), Number(row.head), Number(row.kept_after)]
      if (position < keptAfter) throw archived(service, position, keptAfter)
      if (position > head) throw beyond(service, position, head)
      return { position, segment, epoch }
    },
    async knows(segments) {
      const text = `select count(*) as known from freehold.segment s
        where s.service = $1 and s.log = $2 and s.id::text = any ($3::text[])`
      const { rows } = await session.query<{ known: number | string }>(text, [service, log, segments])
      return Number(rows[0]?.known) === segments.length
    },
  }
}

function archived(service: string, position: number, keptAfter: number): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_ARCHIVED', {
    message: `What comes after position ${position} of "${service}" was archived; the first event that is there is at ${keptAfter + 1}.`,
    details: { service, after: position, firstPosition: keptAfter + 1 },
  })
}

function beyond(service: string, position: number, head: number): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENT_UNKNOWN', {
    message: `"${service}" has sealed its events up to position ${head}, and not up to ${position}.`,
    details: { service, position, head },
  })
}
