import { hashBytes, SignedSegment, segmentHash, type LogName, type SegmentStatement } from '@freehold/proof'
import type { Queryable } from '../database/index.js'
import { framedRows } from './framed-rows.js'

/** A segment that was signed, with its number, and its hash: a leaf of the tree of the log. */
export interface FoundSegment {
  readonly number: number
  readonly hash: Buffer
  readonly segment: SignedSegment
}

interface Found {
  readonly number: number | string
  readonly epoch: string
  readonly first_position: number | string
  readonly row_count: number
  readonly columns: readonly string[]
  readonly root: Buffer
  readonly previous: Buffer | null
  readonly rows: Buffer | null
}

/**
 * Segments that were signed, with their rows.
 *
 * @throws FreeholdError `FREEHOLD_SEAL_BROKEN` when the rows of one are not those that were sealed.
 */
export async function signedSegments(
  db: Queryable,
  { service, log }: LogName,
  numbers: readonly number[],
): Promise<FoundSegment[]> {
  const { rows: found } = await db.query<Found>({
    name: 'freehold.signed_segments',
    text: `select number, epoch, first_position, row_count, columns, root, previous, rows
           from freehold.signed_segments($1, $2)`,
    values: [log, numbers],
  })
  return found.map(({ number, epoch, first_position, row_count, columns, root, previous, rows }) => {
    const statement: SegmentStatement = {
      service,
      log,
      segment: Number(number),
      epoch,
      firstPosition: Number(first_position),
      rows: row_count,
      columns,
      root,
      previous: previous ?? Buffer.alloc(hashBytes),
    }
    const segment = new SignedSegment(statement, framedRows(rows ?? Buffer.alloc(0)))
    return { number: Number(number), hash: segmentHash(statement), segment }
  })
}
