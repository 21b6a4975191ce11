import type { Step } from './apply-steps.js'
import type { OutsideStatement } from './outside-transaction.js'
import { keepLock } from './lock.js'
import { recordAttempt, recordStep } from './recording.js'
import type { Attempt } from './records.js'
import { outcomeOf } from './recovery/outcome.js'
import { withRetries } from './retries.js'
import type { MigrationRun } from './run.js'
import { isConnectionLost } from './session.js'
import { runnerSql } from './sql.js'

/**
 * Runs a statement that PostgreSQL refuses in a transaction. The journal has it as begun before it runs, so that a
 * run which comes later knows to ask the catalog how it ended.
 *
 * @param attempt - What the journal says of an earlier one.
 */
export async function applyOutside(
  run: MigrationRun,
  at: Step & { readonly outside: OutsideStatement },
  attempt: Attempt | undefined,
): Promise<void> {
  const { session, service, limits, lockWaits, onProgress } = run
  const { migration, statement, step } = at
  const record = { number: migration.number, step, checksum: statement.checksum }
  let earlier = attempt
  let isRetry = false
  const journal = async (event: Attempt['event']) => {
    await recordAttempt(session, service, { ...record, event })
    earlier = { ...record, event, at: new Date().toISOString(), pid: 0 }
    isRetry = true
  }
  await withRetries(
    limits.retries,
    async () => {
      await lockWaits.limit(migration, limits.concurrentLockTimeoutMs)
      if (earlier && (await finish(run, at, earlier, isRetry))) return
      await dropBrokenAttempt(run, at)
      await journal('begun')
      await session.query(statement.text).catch(async (cause: unknown) => {
        if (!isConnectionLost(cause)) await journal('failed')
        throw cause
      })
    },
    ({ message: reason }, inMs) => onProgress?.({ kind: 'retrying', migration, reason, inMs }),
  )
  await keepLock(session, run)
  await recordStep(session, service, record)
}

/** Ends what an earlier attempt began. Returns whether the statement is done by that. */
async function finish(run: MigrationRun, at: Step, attempt: Attempt, isRetry: boolean): Promise<boolean> {
  const { session, service, onProgress } = run
  const { migration, statement, step } = at
  const {
    verdict,
    because,
    mend = [],
  } = await outcomeOf(session, {
    service: service.name,
    migration,
    statement,
    attempt,
  })
  onProgress?.({ kind: 'recovering', migration, step, isRetry, verdict, because })
  for (const mending of mend) await session.query(mending)
  return verdict === 'done'
}

/** An index that a failed attempt left would satisfy IF NOT EXISTS, and serve nobody. */
async function dropBrokenAttempt(
  { session, onProgress }: MigrationRun,
  { migration, outside }: Step & { readonly outside: OutsideStatement },
): Promise<void> {
  if (outside.kind !== 'create-index') return
  const { schema = null, name } = outside.index
  const { rows } = await session.query<{ index: string }>(runnerSql('invalid-indexes'), [schema, name])
  for (const { index } of rows) {
    onProgress?.({ kind: 'rebuilding', migration, index })
    await session.query(`drop index concurrently if exists ${index}`)
  }
}
