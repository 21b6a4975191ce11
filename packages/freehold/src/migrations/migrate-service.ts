import type { Service, System } from '@freehold/manifest'
import { applySteps } from './apply-steps.js'
import { applyWhole } from './apply-whole.js'
import { lockService } from './lock.js'
import { readMigrations, type MigrationFile } from './migration-file.js'
import type { OnMigrationProgress } from './progress.js'
import { reconcile, refuseProblems } from './reconcile.js'
import { readRecords, type MigrationRecords } from './records.js'
import { openSession, prepareSession } from './session.js'
import { parseMigration } from './statements.js'

/** Limits of a run, in milliseconds. */
export interface MigrationLimits {
  /** How long to wait for another run of the same service; 60 000 when absent. */
  readonly runWaitMs?: number
  /** How long a statement may wait for a lock while others queue behind it; 5 000 when absent. */
  readonly lockTimeoutMs?: number
  /** How long a CONCURRENTLY statement may wait; 60 000 when absent. */
  readonly concurrentLockTimeoutMs?: number
}

/** What to migrate, and where. */
export interface MigrateOptions {
  readonly system: Pick<System, 'name'>
  readonly service: Service
  /** The migrator's; straight to the server, since the lock belongs to a session. */
  readonly url: string
  /** The folder of the service's migrations. */
  readonly directory: string
  readonly limits?: MigrationLimits
  readonly onProgress?: OnMigrationProgress
}

/** What a run did. */
export interface MigrationReport {
  readonly service: string
  /** What this run applied. */
  readonly applied: readonly {
    readonly number: number
    readonly fileName: string
    readonly durationMs: number
  }[]
  /** How many are applied now. */
  readonly total: number
  readonly durationMs: number
}

/**
 * Applies the migrations of a service that are not applied yet. Files and records are compared, and every
 * pending file is parsed, before anything runs. With nothing to do it takes one round trip.
 *
 * @throws FreeholdError one of `FREEHOLD_MIGRATION_…`; those that name a file say what is applied of it.
 */
export async function migrateService(options: MigrateOptions): Promise<MigrationReport> {
  const { system, service, url, directory, limits = {}, onProgress } = options
  const { runWaitMs = 60_000, lockTimeoutMs = 5_000, concurrentLockTimeoutMs = 60_000 } = limits
  const startedAt = performance.now()
  const files = await readMigrations(directory)
  const applicationName = `freehold migrate ${service.name}`
  const session = await openSession({ url, applicationName, waitMs: runWaitMs, onProgress })
  try {
    const pendingIn = ({ applied }: MigrationRecords): readonly MigrationFile[] => {
      const { pending, problems } = reconcile(directory, files, applied)
      refuseProblems(problems)
      return pending
    }
    const applied: MigrationReport['applied'][number][] = []
    const pending = pendingIn(await readRecords(session, service))
    if (pending.length > 0) {
      const parsed = await Promise.all(pending.map(parseMigration))
      await lockService(session, { system, service, waitMs: runWaitMs, onProgress })
      const records = await readRecords(session, service)
      const stillPending = new Set(pendingIn(records).map(({ number }) => number))
      const run = {
        session,
        service,
        serverVersion: records.serverVersion,
        limits: { lockTimeoutMs, concurrentLockTimeoutMs },
      }
      await prepareSession(session, lockTimeoutMs)
      for (const migration of parsed.filter(({ number }) => stillPending.has(number))) {
        const began = performance.now()
        onProgress?.({ kind: 'applying', migration })
        const finished = records.steps.filter(({ number }) => number === migration.number)
        await (migration.transactional && finished.length === 0
          ? applyWhole(run, migration, onProgress)
          : applySteps(run, migration, finished, onProgress))
        const durationMs = Math.round(performance.now() - began)
        applied.push({ number: migration.number, fileName: migration.fileName, durationMs })
        onProgress?.({ kind: 'applied', migration, durationMs })
        if (migration.statements.some(({ sessionSetting }) => sessionSetting !== undefined)) {
          await session.query('reset all')
          await prepareSession(session, lockTimeoutMs)
        }
      }
    }
    const durationMs = Math.round(performance.now() - startedAt)
    return { service: service.name, applied, total: files.length, durationMs }
  } finally {
    await session.end()
  }
}
