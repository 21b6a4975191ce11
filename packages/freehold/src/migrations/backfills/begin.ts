import { FreeholdError } from '@freehold/manifest/errors'
import type { Step } from '../apply-steps.js'
import { displayPath } from '../display-path.js'
import type { BackfillProgress } from '../records.js'
import type { MigrationRun } from '../run.js'
import { runnerSql } from '../sql.js'
import { walkChecksum, type BackfillDirective } from './directive.js'

/** A table that is walked by a key. */
export interface Walk {
  /** The query for the keys of the next batch; of the first one when there is no place to go on from. */
  rangeQuery(after: string | null): string
  /** The last key that was passed. */
  readonly lastKey: string | null
  /** The key to end with; null when there is nothing to do. */
  readonly untilKey: string | null
  readonly rowsDone: number
  readonly estimatedRows: number | null
}

interface KeyFacts {
  /** As it is written in SQL. */
  readonly table: string | null
  readonly key: string | null
  readonly type: string | null
  readonly isUnique: boolean
  readonly isNotNull: boolean
  readonly estimatedRows: string | null
}

/**
 * Looks whether the table can be walked by the key, and where the walk ends; writes down that it began.
 *
 * @param reached - How far an earlier run came.
 * @throws FreeholdError `FREEHOLD_MIGRATION_BACKFILL`.
 */
export async function beginBackfill(
  run: MigrationRun,
  at: Step & { readonly backfill: BackfillDirective },
  reached: BackfillProgress | undefined,
): Promise<Walk> {
  const { session, service } = run
  const { migration, step, backfill } = at
  const { rows } = await session.query<KeyFacts>(runnerSql('backfill-key'), [backfill.table, backfill.key])
  const walked = requireWalkable(at, rows[0])
  const rangeQuery = (after: string | null) => named(runnerSql('backfill-range'), walked, after)
  const checksum = walkChecksum(backfill)
  if (reached?.checksum === checksum) return { ...reached, rangeQuery }
  const estimate = rows[0]?.estimatedRows ?? null
  const { rows: begun } = await session.query<{ untilKey: string | null }>(
    named(runnerSql('backfill-begin'), walked, null),
    [service.name, migration.number, step, checksum, estimate],
  )
  return {
    rangeQuery,
    lastKey: null,
    untilKey: begun[0]?.untilKey ?? null,
    rowsDone: 0,
    estimatedRows: estimate === null ? null : Number(estimate),
  }
}

function named(sql: string, { table, key, type }: WalkedTable, after: string | null): string {
  return sql
    .replaceAll('AFTER_THE_PLACE', after === null ? 'true' : '$3::KEY_TYPE < WALKED_KEY')
    .replaceAll('WALKED_TABLE', () => table)
    .replaceAll('WALKED_KEY', () => key)
    .replaceAll('KEY_TYPE', () => type)
}

/** As they are written in SQL. */
interface WalkedTable {
  readonly table: string
  readonly key: string
  readonly type: string
}

function requireWalkable(
  { migration, statement, backfill }: Step & { readonly backfill: BackfillDirective },
  facts: KeyFacts | undefined,
): WalkedTable {
  const { table = null, key = null, type = null, isUnique, isNotNull } = facts ?? {}
  const problem =
    table === null
      ? `there is no table ${backfill.table}`
      : key === null || type === null
        ? `${backfill.table} has no column ${backfill.key}`
        : !isUnique
          ? `${backfill.table}.${backfill.key} has no unique index of its own, in whose order batches could follow`
          : !isNotNull
            ? `${backfill.table}.${backfill.key} may be null, and such rows would be in no batch`
            : undefined
  if (problem === undefined && table !== null && key !== null && type !== null) return { table, key, type }
  throw new FreeholdError('FREEHOLD_MIGRATION_BACKFILL', {
    message: `${displayPath(migration.path)}:${statement.line}: the backfill cannot run: ${problem}.`,
    details: { file: migration.path, line: statement.line, ...backfill },
  })
}
