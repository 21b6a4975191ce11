import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { complete, inTransaction, type MigrationRun } from './complete.js'
import { displayPath } from './display-path.js'
import { migrationFailure } from './failure.js'
import type { OnMigrationProgress } from './progress.js'
import { recordStep, type FinishedStep } from './records.js'
import { runnerSql } from './sql.js'
import type { ParsedMigration, Statement } from './statements.js'

/** Limits of a migration without a transaction. */
export interface StepLimits {
  /** For statements that others queue behind, in milliseconds. */
  readonly lockTimeoutMs: number
  /** For CONCURRENTLY, which nobody queues behind, in milliseconds. */
  readonly concurrentLockTimeoutMs: number
}

/**
 * Applies a migration that PostgreSQL refuses to run in a transaction, statement by statement. Each is
 * recorded when it is done (in its own transaction where it may have one), so that another run goes on
 * where this one stopped. The migration counts as applied only when all are.
 *
 * @param finished - What an earlier run did of it.
 * @throws FreeholdError `FREEHOLD_MIGRATION_STOPPED_MIDWAY` or `FREEHOLD_MIGRATION_INVALID_INDEX`.
 */
export async function applySteps(
  run: MigrationRun & { limits: StepLimits },
  migration: ParsedMigration,
  finished: readonly FinishedStep[],
  onProgress?: OnMigrationProgress,
): Promise<void> {
  const startedAt = performance.now()
  const { statements } = migration
  refuseRewritten(migration, finished)
  const done = statements.filter((_, index) => finished.some(({ step }) => step === index + 1))
  let current: Statement | undefined
  try {
    for (current of statements) {
      if (done.includes(current)) continue
      const step = statements.indexOf(current) + 1
      onProgress?.({ kind: 'statement', migration, step, of: statements.length })
      await runStep(run, migration, current, step, onProgress)
      done.push(current)
    }
    current = undefined
    await inTransaction(run.session, async () => {
      await refuseInvalidIndexes(run, migration)
      await complete(run, migration, startedAt)
    })
  } catch (cause) {
    throw migrationFailure({ migration, statement: current, done }, cause)
  }
}

async function runStep(
  run: MigrationRun & { limits: StepLimits },
  migration: ParsedMigration,
  statement: Statement,
  step: number,
  onProgress: OnMigrationProgress | undefined,
): Promise<void> {
  const { session, service, limits } = run
  const record = () =>
    recordStep(session, service, { number: migration.number, step, checksum: statement.checksum })
  // A setting is gone with its session, so it is never done for good.
  if (statement.sessionSetting !== undefined) {
    await session.query(statement.text)
    return
  }
  if (!statement.outsideTransaction) {
    await inTransaction(session, async () => {
      await session.query(statement.text)
      await record()
    })
    return
  }
  const ownTimeout = migration.statements.some(({ sessionSetting }) => sessionSetting === 'lock_timeout')
  if (!ownTimeout) await setLockTimeout(session, limits.concurrentLockTimeoutMs)
  await dropBrokenAttempt(session, migration, statement, onProgress)
  await session.query(statement.text)
  if (!ownTimeout) await setLockTimeout(session, limits.lockTimeoutMs)
  await record()
}

async function setLockTimeout(session: pg.Client, ms: number): Promise<void> {
  await session.query("select set_config('lock_timeout', $1, false)", [String(ms)])
}

/** An index that a failed attempt left would satisfy IF NOT EXISTS, and serve nobody. */
async function dropBrokenAttempt(
  session: pg.Client,
  migration: ParsedMigration,
  { concurrentIndex }: Statement,
  onProgress: OnMigrationProgress | undefined,
): Promise<void> {
  if (!concurrentIndex) return
  const { schema = null, name } = concurrentIndex
  const { rows } = await session.query<{ index: string }>(runnerSql('invalid-indexes'), [schema, name])
  for (const { index } of rows) {
    onProgress?.({ kind: 'rebuilding', migration, index })
    await session.query(`drop index concurrently if exists ${index}`)
  }
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

function refuseRewritten(migration: ParsedMigration, finished: readonly FinishedStep[]): void {
  for (const { step, checksum } of finished) {
    const statement = migration.statements[step - 1]
    if (statement?.checksum === checksum) continue
    const at = statement ? `:${statement.line}` : ''
    throw new FreeholdError('FREEHOLD_MIGRATION_STOPPED_MIDWAY', {
      message: `${displayPath(migration.path)}${at}: statement ${step} was done by an earlier run, with another text.`,
      fix: 'Restore the statements that are done as they were; mend only what comes after them.',
      details: { file: migration.path, statement: step, ...(statement && { line: statement.line }) },
    })
  }
}
