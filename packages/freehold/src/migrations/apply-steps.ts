import { FreeholdError } from '@freehold/manifest/errors'
import { applyOutside } from './apply-outside.js'
import { runBackfill } from './backfills/backfill.js'
import { walkChecksum } from './backfills/directive.js'
import { watchWaits } from './blockers.js'
import { callPlatform, complete, inTransaction } from './complete.js'
import { displayPath } from './display-path.js'
import type { EarlierWork } from './earlier-work.js'
import { migrationFailure } from './failure.js'
import { keepLock } from './lock.js'
import { recordStart, recordStep } from './recording.js'
import { withRetries } from './retries.js'
import type { MigrationRun } from './run.js'
import { runnerSql } from './sql.js'
import type { ParsedMigration, Statement } from './statements.js'

/**
 * Applies a migration that cannot be one transaction, statement by statement. Each is recorded when it is done (in
 * its own transaction where it may have one), so that another run goes on where this one stopped. The migration
 * counts as applied only when all are.
 *
 * @param earlier - What earlier runs did of it.
 * @throws FreeholdError `FREEHOLD_MIGRATION_STOPPED_MIDWAY`, `FREEHOLD_MIGRATION_BLOCKED`,
 *   `FREEHOLD_MIGRATION_NEEDS_RIGHTS`, `FREEHOLD_MIGRATION_UNDECIDED`, `FREEHOLD_MIGRATION_BACKFILL` or
 *   `FREEHOLD_MIGRATION_INVALID_INDEX`.
 */
export async function applySteps(
  run: MigrationRun,
  migration: ParsedMigration,
  earlier: EarlierWork,
): Promise<void> {
  const { session, url, service, limits, onProgress } = run
  const startedAt = performance.now()
  const { statements } = migration
  refuseRewritten(migration, earlier)
  const done = statements.filter((_, index) => earlier.steps.some(({ step }) => step === index + 1))
  const watch = watchWaits({ url, waiting: session, limits })
  let current: Statement | undefined
  try {
    await recordStart(session, service, migration, run.contractedBecause)
    for (current of statements) {
      if (done.includes(current)) continue
      const step = statements.indexOf(current) + 1
      onProgress?.({ kind: 'statement', migration, step, of: statements.length })
      await runStep(run, { migration, statement: current, step }, earlier)
      done.push(current)
    }
    current = undefined
    await retried(run, migration, () =>
      inTransaction(session, async () => {
        await refuseInvalidIndexes(run, migration)
        await complete(run, migration, startedAt)
      }),
    )
  } catch (cause) {
    await watch.stop()
    throw migrationFailure({ migration, statement: current, done, blockers: watch.blockers() }, cause)
  } finally {
    await watch.stop()
  }
}

/** A statement of a migration that is under way. */
export interface Step {
  readonly migration: ParsedMigration
  readonly statement: Statement
  /** From 1. */
  readonly step: number
}

async function runStep(run: MigrationRun, at: Step, earlier: EarlierWork): Promise<void> {
  const { session, service, limits, lockWaits } = run
  const { migration, statement, step } = at
  // A setting is gone with its session, so it is never done for good.
  if (statement.sessionSetting !== undefined) {
    await session.query(statement.text)
    if (statement.sessionSetting === 'all') await lockWaits.restore(migration, limits.lockTimeoutMs)
    return
  }
  if (statement.outside) {
    const attempt = earlier.attempts.find((made) => made.step === step)
    await applyOutside(run, { ...at, outside: statement.outside }, attempt)
    return
  }
  if (statement.backfill) {
    const reached = earlier.backfills.find((begun) => begun.step === step)
    await runBackfill(run, { ...at, backfill: statement.backfill }, reached)
    return
  }
  await retried(run, migration, () =>
    inTransaction(session, async () => {
      await session.query(statement.text)
      await callPlatform(session, service, 'withdraw_grants')
      await keepLock(session, run)
      await recordStep(session, service, { number: migration.number, step, checksum: statement.checksum })
    }),
  )
}

function retried(run: MigrationRun, migration: ParsedMigration, attempt: () => Promise<void>): Promise<void> {
  const { limits, lockWaits, onProgress } = run
  return withRetries(
    limits.retries,
    async () => {
      await lockWaits.limit(migration, limits.lockTimeoutMs)
      await attempt()
    },
    ({ message: reason }, inMs) => onProgress?.({ kind: 'retrying', migration, reason, inMs }),
  )
}

async function refuseInvalidIndexes(
  { session, service }: MigrationRun,
  migration: ParsedMigration,
): Promise<void> {
  const { rows } = await session.query<{ index: string }>(runnerSql('invalid-indexes'), [
    service.schema,
    null,
  ])
  if (rows.length === 0) return
  const indexes = rows.map(({ index }) => index)
  throw new FreeholdError('FREEHOLD_MIGRATION_INVALID_INDEX', {
    message: `${displayPath(migration.path)} is not applied: the server does not use ${indexes.join(', ')}.`,
    details: { file: migration.path, indexes },
  })
}

/** What is done, or was begun and may be done, must be what the file says. A statement that failed may be mended. */
function refuseRewritten(migration: ParsedMigration, { steps, attempts, backfills }: EarlierWork): void {
  const refuse = (step: number, happened: string, fix: string): never => {
    const statement = migration.statements[step - 1]
    const at = statement ? `:${statement.line}` : ''
    throw new FreeholdError('FREEHOLD_MIGRATION_STOPPED_MIDWAY', {
      message: `${displayPath(migration.path)}${at}: statement ${step} was ${happened} by an earlier run, with another text.`,
      fix,
      details: { file: migration.path, statement: step, ...(statement && { line: statement.line }) },
    })
  }
  const textOf = (step: number) => migration.statements[step - 1]?.checksum
  const walkOf = (step: number) => {
    const backfill = migration.statements[step - 1]?.backfill
    return backfill && walkChecksum(backfill)
  }
  for (const { step, checksum } of steps) {
    if (textOf(step) === checksum) continue
    refuse(
      step,
      'done',
      'Restore the statements that are done as they were; mend only what comes after them.',
    )
  }
  for (const { step, checksum, event } of attempts) {
    if (event !== 'begun' || textOf(step) === checksum) continue
    refuse(
      step,
      'begun',
      'Restore it as it was and migrate again, so that its end is found out; then mend what is after it.',
    )
  }
  for (const { step, checksum, batches } of backfills) {
    if (batches === 0 || walkOf(step) === checksum) continue
    refuse(
      step,
      'done in part',
      'Restore the table and the key of its directive; the statement itself may be mended.',
    )
  }
}
