import type { Queryable } from '../database/index.js'
import type { Epoch } from '../events/index.js'
import { HttpProblem } from '../http/problem.js'
import { prepared } from '../statements/prepared.js'
import { otherLife } from './names.js'

/** How the log is, seen from a position. */
export interface Place {
  readonly head: number
  /** The lives of the log, oldest first. */
  readonly epochs: readonly Epoch[]
  /** The life that it is in; undefined where nothing is sealed. */
  readonly epoch: string | undefined
  /** The segment that holds the position. */
  readonly segment: string | undefined
}

/** Looks from a position. */
export type PlaceReader = (db: Queryable, position: number) => Promise<Place>

/** A query for {@link PlaceRow}: the log $2 of the service $1, seen from the position that a parameter gives. */
export const placeFrom = (position: '$3' | '$9'): string => `
  select
    coalesce((
      select s.first_position + s.row_count - 1 from freehold.segment s
      where s.service = $1 and s.log = $2 order by s.number desc limit 1
    ), 0) as head,
    (
      select s.id from freehold.segment s
      where s.service = $1 and s.log = $2
        and s.first_position <= (select ${position}::bigint)
        and s.first_position + s.row_count > (select ${position}::bigint)
      order by s.first_position desc limit 1
    ) as cursor_segment,
    coalesce((
      select jsonb_agg(jsonb_build_object('id', e.id, 'number', e.number, 'first_position', e.first_position) order by e.number)
      from freehold.epoch e
      where e.service = $1 and e.log = $2
    ), '[]') as epochs`

/** What {@link placeFrom} gives. */
export interface PlaceRow {
  // A driver that is not set up by us gives a bigint as text.
  readonly head: number | string
  readonly cursor_segment: string | null
  readonly epochs: Epoch[]
}

const statement = prepared(placeFrom('$3'))

/** Sees head, epochs and segment at one moment. */
export function placeReader(service: string, log: string): PlaceReader {
  return async (db, position) => {
    const { rows } = await db.query<PlaceRow>({ ...statement, values: [service, log, position] })
    return placeOf(rows[0])
  }
}

export function placeOf(row: PlaceRow | undefined): Place {
  const { head, cursor_segment: segment, epochs } = row ?? { head: 0, cursor_segment: null, epochs: [] }
  return { head: Number(head), segment: segment ?? undefined, epochs, epoch: epochs.at(-1)?.id }
}

/** A cursor as a consumer sends it. */
export interface SentCursor {
  readonly after: number
  readonly epoch: string | undefined
  readonly segment: string | undefined
}

/**
 * Sees that a cursor is one of this life of the log. The segment is looked at too, because a disk that was put back
 * begins no epoch, and yet what was sealed after it is gone.
 *
 * @throws HttpProblem 409, with what is known of where the lives part.
 */
export function requireSameLife(place: Place, cursor: SentCursor): void {
  const { after, epoch, segment } = cursor
  if (after === 0) return
  const bounds: number[] = []
  const index = place.epochs.findIndex(({ id }) => id === epoch)
  const next = index === -1 ? undefined : place.epochs[index + 1]
  if (next !== undefined) bounds.push(next.first_position - 1)
  const refuse = (reason: string, detail: string): HttpProblem =>
    new HttpProblem(409, {
      slug: otherLife,
      title: 'The cursor is of another life of the log',
      detail: `${detail} Decide whether what was read after that still counts; then set the cursor to where the lives part, or to the head, with "freehold consumers move".`,
      extensions: {
        reason,
        head: place.head,
        epoch: place.epoch ?? null,
        epochs: place.epochs,
        ...(bounds.length > 0 && { forkPosition: Math.min(...bounds) }),
      },
    })
  if (after > place.head) {
    bounds.push(place.head)
    throw refuse('beyond-head', `The log ends at position ${place.head}, and the cursor is at ${after}.`)
  }
  if (epoch !== undefined && index === -1) throw refuse('unknown-epoch', `The log knows no life ${epoch}.`)
  const isOther =
    segment === undefined ? next !== undefined && after >= next.first_position : segment !== place.segment
  if (!isOther) return
  // What is shared ends before the position, where that is nearer than what is known of the lives.
  if (bounds.length > 0) bounds.push(after - 1)
  throw refuse('other-segment', `Position ${after} is in another segment than when the cursor was there.`)
}
