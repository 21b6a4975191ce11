import { watchWaits } from './blockers.js'
import { complete, inTransaction } from './complete.js'
import { migrationFailure } from './failure.js'
import { withRetries } from './retries.js'
import type { MigrationRun } from './run.js'
import type { ParsedMigration, Statement } from './statements.js'

/**
 * Applies a migration as one transaction. It is tried again when another session was in the way, so that
 * the queue behind a waiting ALTER TABLE can pass in between.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_FAILED`, `FREEHOLD_MIGRATION_BLOCKED` or
 *   `FREEHOLD_MIGRATION_NEEDS_RIGHTS`; nothing of the migration is left then.
 */
export async function applyWhole(run: MigrationRun, migration: ParsedMigration): Promise<void> {
  const { session, url, limits, lockWaits, onProgress } = run
  const startedAt = performance.now()
  const watch = watchWaits({ url, waiting: session, limits })
  let statement: Statement | undefined
  try {
    await withRetries(
      limits.retries,
      async () => {
        await lockWaits.limit(migration, limits.lockTimeoutMs)
        await inTransaction(session, async () => {
          for (statement of migration.statements) {
            await session.query(statement.text)
            if (statement.sessionSetting === 'all') await lockWaits.restore(migration, limits.lockTimeoutMs)
          }
          statement = undefined
          await complete(run, migration, startedAt)
        })
      },
      ({ message: reason }, inMs) => onProgress?.({ kind: 'retrying', migration, reason, inMs }),
    )
  } catch (cause) {
    await watch.stop()
    throw migrationFailure({ migration, statement, blockers: watch.blockers() }, cause)
  } finally {
    await watch.stop()
  }
}
