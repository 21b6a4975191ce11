import { FreeholdError } from '@freehold/manifest/errors'
import { leafHash, marksOf, rootOf, segmentHash, type LogName } from '@freehold/proof'
import type { Queryable } from '../database/index.js'
import { framedRows } from './framed-rows.js'

/** A segment that nobody has signed. */
export interface UnsignedSegment {
  readonly number: number
  readonly epoch: string
  readonly firstPosition: number
  readonly rows: number
  readonly columns: readonly string[]
  /** The root of the tree over its rows. */
  readonly root: Buffer
  /** Of its values, row by row. */
  readonly marks: Buffer
}

interface Found {
  readonly number: number | string
  readonly epoch: string
  readonly first_position: number | string
  readonly row_count: number
  readonly columns: readonly string[]
  readonly rows: Buffer | null
}

/**
 * The next segments that are to be signed, with what their rows hash to.
 *
 * @param mostRows - The most rows of several segments; one is always whole.
 * @throws FreeholdError `FREEHOLD_SEAL_BROKEN` when rows of one are missing.
 */
export async function unsignedSegments(
  db: Queryable,
  { service, log }: LogName,
  mostRows: number,
): Promise<UnsignedSegment[]> {
  const { rows: found } = await db.query<Found>({
    name: 'freehold.unsigned_segments',
    text: `select number, epoch, first_position, row_count, columns, rows
           from freehold.unsigned_segments($1, $2) order by number`,
    values: [log, mostRows],
  })
  return found.map(({ number, epoch, first_position, row_count, columns, rows }) => {
    const each = framedRows(rows ?? Buffer.alloc(0))
    if (each.length !== row_count)
      throw new FreeholdError('FREEHOLD_SEAL_BROKEN', {
        message: `Segment ${number} of "${service}.${log}" was sealed with ${row_count} rows, of which ${each.length} are left.`,
        details: { service, log, segment: Number(number) },
      })
    return {
      number: Number(number),
      epoch,
      firstPosition: Number(first_position),
      rows: row_count,
      columns,
      root: rootOf(each.map(leafHash)),
      marks: Buffer.concat(each.map(marksOf)),
    }
  })
}

/** The hashes of segments that follow one another. */
export function chained(log: LogName, segments: readonly UnsignedSegment[], last: Buffer): Buffer[] {
  let previous = last
  return segments.map((segment) => {
    previous = segmentHash({ ...log, ...segment, segment: segment.number, previous })
    return previous
  })
}
