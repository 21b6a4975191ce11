import type { Queryable } from '../database/index.js'

/** Where a row of a log is that was sealed. */
export interface RowPlace {
  /** The number of its segment. */
  readonly segment: number
  /** Its position in the log. */
  readonly position: number
  /** How many rows the segment has. */
  readonly segmentRows: number
  readonly isSigned: boolean
  /** Whether rows of its segment were archived, so that it cannot be proven here any more. */
  readonly isArchived: boolean
}

interface Found {
  readonly seq: number | string
  readonly segment: number | string
  readonly position: number | string
  readonly segment_rows: number
  readonly is_signed: boolean
  readonly is_archived: boolean
}

/** Where rows are, by their seqs; those that are not sealed are left out. */
export async function readPlaces(
  db: Queryable,
  log: string,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, RowPlace>> {
  if (seqs.length === 0) return new Map()
  const { rows } = await db.query<Found>({
    name: 'freehold.row_places',
    text: `select seq, segment, "position", segment_rows, is_signed, is_archived
           from freehold.row_places($1, $2)`,
    values: [log, seqs],
  })
  return new Map(
    rows.map((row) => [
      Number(row.seq),
      {
        segment: Number(row.segment),
        position: Number(row.position),
        segmentRows: row.segment_rows,
        isSigned: row.is_signed,
        isArchived: row.is_archived,
      },
    ]),
  )
}
