import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { complete, inTransaction, type MigrationRun } from './complete.js'
import { migrationFailure } from './failure.js'
import type { OnMigrationProgress } from './progress.js'
import type { ParsedMigration, Statement } from './statements.js'

const attempts = 5
const firstPauseMs = 500
/** lock_not_available and deadlock_detected: another session was in the way. */
const worthRetrying = new Set(['55P03', '40P01'])

/**
 * Applies a migration as one transaction. It is tried again when another session was in the way, so that
 * the queue behind a waiting ALTER TABLE can pass in between.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_FAILED`; nothing of the migration is left then.
 */
export async function applyWhole(
  run: MigrationRun,
  migration: ParsedMigration,
  onProgress?: OnMigrationProgress,
): Promise<void> {
  const startedAt = performance.now()
  for (let attempt = 1; ; attempt += 1) {
    let statement: Statement | undefined
    try {
      await inTransaction(run.session, async () => {
        for (statement of migration.statements) await run.session.query(statement.text)
        statement = undefined
        await complete(run, migration, startedAt)
      })
      return
    } catch (cause) {
      const code = cause instanceof pg.DatabaseError ? cause.code : undefined
      if (attempt === attempts || !worthRetrying.has(code ?? '')) {
        throw migrationFailure({ migration, statement }, cause)
      }
      const inMs = firstPauseMs * 2 ** (attempt - 1)
      onProgress?.({ kind: 'retrying', migration, reason: (cause as pg.DatabaseError).message, inMs })
      await sleep(inMs)
    }
  }
}
