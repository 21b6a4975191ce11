import type { NamedStatement, Queryable } from '../database/index.js'

/** What one call of `freehold.seal` did. */
export interface Sealed {
  /**
   * Another session was sealing this log, and may not have seen what was committed just now; or a new epoch, with rows
   * of another server, waits for those who are writing.
   */
  readonly isBusy: boolean
  readonly rows: number
  /** The last position that is sealed; undefined when the log was busy. */
  readonly position: number | undefined
  /** How long the oldest of the rows had waited since it was written, in milliseconds. */
  readonly lagMs: number | undefined
}

interface SealRow {
  readonly is_busy: boolean
  readonly row_count: number | string
  readonly position: number | string | null
  readonly lag_ms: number | null
}

/**
 * Seals what was committed to a log since it was last sealed.
 *
 * @param db - The service's own database, outside of a transaction.
 * @param log - Its name in the manifest.
 */
export async function seal(db: Queryable, log: string): Promise<Sealed> {
  const { rows } = await db.query<SealRow>(sealing(log))
  const [row] = rows
  return {
    isBusy: row?.is_busy ?? false,
    // A driver that is not set up by us gives a bigint as text.
    rows: Number(row?.row_count ?? 0),
    position: row === undefined || row.position === null ? undefined : Number(row.position),
    lagMs: row?.lag_ms ?? undefined,
  }
}

function sealing(log: string): NamedStatement {
  return {
    name: 'freehold.seal',
    text: 'select is_busy, row_count, position, lag_ms from freehold.seal($1)',
    values: [log],
  }
}
