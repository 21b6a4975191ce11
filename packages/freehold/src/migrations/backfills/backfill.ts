import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Step } from '../apply-steps.js'
import { inTransaction } from '../complete.js'
import { displayPath } from '../display-path.js'
import { recordStep } from '../recording.js'
import type { BackfillProgress } from '../records.js'
import { withRetries } from '../retries.js'
import type { MigrationRun } from '../run.js'
import { runnerSql } from '../sql.js'
import type { ParsedMigration, Statement } from '../statements.js'
import { beginBackfill, type Walk } from './begin.js'
import type { BackfillDirective } from './directive.js'

type BackfillStep = Step & { readonly backfill: BackfillDirective }

/** The keys that the next batch is between. */
interface Range {
  readonly first: string | null
  readonly last: string | null
  readonly rows: number
}

/** What a batch has passed of the table. */
interface Passed {
  readonly lastKey: string
  readonly rows: number
}

/**
 * Runs a statement over a table in batches, in the order of a key. A batch and the place that is reached are one
 * transaction, so a run that is killed anywhere neither loses a batch nor repeats one. It ends with the key that was
 * the last when it began: rows that come later are the business of whoever writes them.
 *
 * @param reached - How far an earlier run came.
 * @throws FreeholdError `FREEHOLD_MIGRATION_BACKFILL` when the table cannot be walked by the key.
 */
export async function runBackfill(
  run: MigrationRun,
  at: BackfillStep,
  reached: BackfillProgress | undefined,
): Promise<void> {
  const { session, service, limits, lockWaits, onProgress } = run
  const { migration, step, statement, backfill } = at
  const walk = await beginBackfill(run, at, reached)
  const tell = teller(run, at, walk)
  let { lastKey, rowsDone } = walk
  for (;;) {
    const batchBeganAt = performance.now()
    const from = lastKey
    let passed: Passed | undefined
    await withRetries(
      limits.retries,
      async () => {
        await lockWaits.limit(migration, limits.lockTimeoutMs)
        passed = await runBatch(run, at, walk, from)
      },
      ({ message: reason }, inMs) => onProgress?.({ kind: 'retrying', migration, reason, inMs }),
    )
    if (passed === undefined) break
    lastKey = passed.lastKey
    rowsDone += passed.rows
    tell(rowsDone)
    await keepRate(backfill, passed.rows, performance.now() - batchBeganAt)
    // A rest is no wait.
    limits.retries.patience.renew()
  }
  await recordStep(session, service, { number: migration.number, step, checksum: statement.checksum })
}

/** Returns what the batch passed; undefined when there is no more. */
async function runBatch(
  { session, service }: MigrationRun,
  { migration, step, statement, backfill }: BackfillStep,
  walk: Walk,
  from: string | null,
): Promise<Passed | undefined> {
  if (walk.untilKey === null) return undefined
  const limits = [walk.untilKey, backfill.batchRows, ...(from === null ? [] : [from])]
  let passed: Passed | undefined
  await inTransaction(session, async () => {
    const { rows } = await session.query<Range>(walk.rangeQuery(from), limits)
    const [range] = rows
    if (range === undefined || range.last === null) return
    passed = { lastKey: range.last, rows: range.rows }
    const { rowCount } = await session.query(statement.text, [range.first, range.last])
    const place = [service.name, migration.number, step, from]
    const moved = await session.query(runnerSql('backfill-move'), [
      ...place,
      range.last,
      range.rows,
      rowCount ?? 0,
    ])
    if (moved.rowCount !== 1) throw movedByAnother(migration, statement)
  })
  return passed
}

function movedByAnother({ path }: ParsedMigration, { line }: Statement): FreeholdError {
  return new FreeholdError('FREEHOLD_MIGRATION_LOCKED', {
    message: `${displayPath(path)}:${line}: another run has moved this backfill on meanwhile. The batch here was rolled back.`,
    details: { file: path, line },
  })
}

/** Tells how far it is, how fast, and when it will be done. */
function teller(
  { onProgress }: MigrationRun,
  { migration, step }: Step,
  walk: Walk,
): (rowsDone: number) => void {
  const beganAt = performance.now()
  const { estimatedRows } = walk
  return (rowsDone) => {
    // An estimate that was passed says nothing any more.
    const total = estimatedRows !== null && estimatedRows >= rowsDone ? estimatedRows : null
    const seconds = Math.max(performance.now() - beganAt, 1) / 1000
    const rowsPerSecond = (rowsDone - walk.rowsDone) / seconds
    const left = total === null ? null : total - rowsDone
    const etaMs = left === null || rowsPerSecond === 0 ? null : Math.round((left / rowsPerSecond) * 1000)
    onProgress?.({
      kind: 'backfilling',
      migration,
      step,
      rowsDone,
      estimatedRows: total,
      rowsPerSecond,
      etaMs,
    })
  }
}

async function keepRate({ rowsPerSecond }: BackfillDirective, rows: number, tookMs: number): Promise<void> {
  if (rowsPerSecond === undefined) return
  const restMs = (rows / rowsPerSecond) * 1000 - tookMs
  if (restMs > 0) await sleep(restMs)
}
