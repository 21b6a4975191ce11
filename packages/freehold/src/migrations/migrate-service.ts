import type { Service, System } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { applySteps } from './apply-steps.js'
import { applyWhole } from './apply-whole.js'
import { contractWaits, waitingStep, type WaitingStep } from '../contracting/waiting-step.js'
import { earlierWorkOf, hasWaited, type EarlierWork } from './earlier-work.js'
import { leftoverIndexes, looksForLeftovers } from './leftover-indexes.js'
import { requireUnchanged, type MigrationFile } from './migration-file.js'
import { readMigrationsOf } from './missing-file.js'
import { lockWaitsOf } from './lock-waits.js'
import { patienceOf, type Patience } from './patience.js'
import type { OnMigrationProgress } from './progress.js'
import { reconcile, refuseProblems } from './reconcile.js'
import { readRecords, type MigrationRecords } from './records.js'
import type { MigrationRun } from './run.js'
import { closeSession, connectionFailed, isConnectionLost, prepareSession } from './session.js'
import { parseMigration, type ParsedMigration } from './statements.js'
import { takeTurn } from './take-turn.js'

const defaults = {
  waitMs: 120_000,
  lockTimeoutMs: 5_000,
  concurrentLockTimeoutMs: 60_000,
  attempts: 5,
  silenceMs: 30_000,
} as const satisfies MigrationLimits

/** Limits of a run, in milliseconds. */
export interface MigrationLimits {
  /**
   * How long to wait for what is in the way: a free connection, another run of the same service, and locks that a statement
   * needs, together; anew when something was done. 120 000 when absent.
   */
  readonly waitMs?: number
  /** How long a statement may wait for a lock while others queue behind it; 5 000 when absent. */
  readonly lockTimeoutMs?: number
  /** How long a CONCURRENTLY statement may wait; 60 000 when absent. */
  readonly concurrentLockTimeoutMs?: number
  /** How often a statement is tried that others are in the way of; 5 when absent. */
  readonly attempts?: number
  /**
   * How long a server may say nothing to whoever asks while the run waits for its turn, and four times as long while a
   * statement runs; 30 000 when absent.
   */
  readonly silenceMs?: number
}

/** What to migrate, and where. */
export interface MigrateOptions {
  readonly system: Pick<System, 'name'>
  readonly service: Service
  /** The migrator's; straight to the server, since the lock belongs to a session. */
  readonly url: string
  /** The folder of the service's migrations. */
  readonly directory: string
  /** The number of the last migration that is looked at; all of them when absent. */
  readonly upTo?: number | undefined
  readonly limits?: MigrationLimits
  readonly onProgress?: OnMigrationProgress
  /** Why the first contract step that waits is not to, until the old shape is unused. It is recorded. */
  readonly contractNow?: string
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
  /** The contract step whose time has not come, where nothing but contract steps is left. */
  readonly waiting?: WaitingStep
  /** How many are applied now. */
  readonly total: number
  readonly durationMs: number
}

/**
 * Applies the migrations of a service that are not applied yet. Files and records are compared, and every
 * pending file is parsed, before anything runs. With nothing to do it takes one round trip.
 *
 * @throws FreeholdError one of `FREEHOLD_MIGRATION_…`; those that name a file say what is applied of it.
 *   `FREEHOLD_CONTRACT_WAITS` when a contract step has to wait and others come after it; what is before it is applied. A
 *   contract step that comes last, waits for the next run.
 */
export async function migrateService(options: MigrateOptions): Promise<MigrationReport> {
  const { system, service, url, directory, upTo = Infinity, limits = {}, onProgress } = options
  const startedAt = performance.now()
  const patience = patienceOf(limits.waitMs ?? defaults.waitMs)
  const all = await readMigrationsOf(service, url, directory)
  const files = all.filter(({ number }) => number <= upTo)
  let parsed: readonly ParsedMigration[] = []
  const applicationName = `freehold migrate ${service.name}`
  const { silenceMs = defaults.silenceMs } = limits
  const turn = await takeTurn(
    { system, service, url, applicationName, patience, silenceMs, onProgress },
    async (session) => {
      const records = await readRecords(session, service)
      const pending = pendingOf(options, files, records)
      if (pending.length === 0 && !looksForLeftovers(records, 0)) return { applied: [], total: files.length }
      if (parsed.length === 0) parsed = await Promise.all(pending.map(parseMigration))
      return undefined
    },
  )
  const done =
    'answer' in turn ? turn.answer : await applyPending(options, turn.session, files, parsed, patience)
  return { service: service.name, ...done, durationMs: Math.round(performance.now() - startedAt) }
}

function pendingOf(
  { directory }: MigrateOptions,
  files: readonly MigrationFile[],
  records: MigrationRecords,
): readonly MigrationFile[] {
  const { pending, problems } = reconcile(directory, files, records)
  refuseProblems(problems)
  return pending
}

async function applyPending(
  options: MigrateOptions,
  session: pg.Client,
  files: readonly MigrationFile[],
  parsed: readonly ParsedMigration[],
  patience: Patience,
): Promise<Pick<MigrationReport, 'applied' | 'waiting' | 'total'>> {
  try {
    const records = await readRecords(session, options.service)
    const stillPending = new Set(pendingOf(options, files, records).map(({ number }) => number))
    const left = parsed.filter(({ number }) => stillPending.has(number))
    refuseLeftovers(records, left)
    return await applyAll(options, session, records, left, patience)
  } catch (cause) {
    throw isFreeholdError(cause) || !isConnectionLost(cause) ? cause : connectionFailed(session, cause)
  } finally {
    await closeSession(session)
  }
}

async function applyAll(
  options: MigrateOptions,
  session: pg.Client,
  records: MigrationRecords,
  left: readonly ParsedMigration[],
  patience: Patience,
): Promise<Pick<MigrationReport, 'applied' | 'waiting' | 'total'>> {
  const { system, service, url, onProgress } = options
  let { contractNow } = options
  const { attempts, ...others } = { ...defaults, ...options.limits }
  const { lockTimeoutMs, concurrentLockTimeoutMs, silenceMs } = others
  const limits = {
    lockTimeoutMs,
    concurrentLockTimeoutMs,
    silenceMs: 4 * silenceMs,
    retries: { attempts, patience },
  }
  const { serverVersion } = records
  const lockWaits = lockWaitsOf(session, patience)
  const run = { session, url, system, service, serverVersion, limits, lockWaits, onProgress }
  const prepare = async (): Promise<void> => {
    await prepareSession(session, lockTimeoutMs)
    lockWaits.wasSet(lockTimeoutMs)
  }
  await prepare()
  const applied: MigrationReport['applied'][number][] = []
  const total = (): number => records.applied.length + applied.length
  for (const [index, migration] of left.entries()) {
    const began = performance.now()
    await requireUnchanged(migration)
    const earlier = earlierWorkOf(records, migration)
    const waiting = hasWaited(earlier, migration.directives)
      ? undefined
      : await waitingStep(session, service, migration, records.applied.length === 0)
    if (waiting && contractNow === undefined) {
      const heldBack = left.slice(index + 1).filter(({ directives }) => directives.contract === undefined)
      if (heldBack.length > 0) throw contractWaits(waiting, heldBack)
      return { applied, waiting, total: total() }
    }
    onProgress?.({ kind: 'applying', migration })
    const contractedBecause = waiting ? contractNow : (earlier.start?.contractedBecause ?? undefined)
    await applyOne({ ...run, contractedBecause }, migration, earlier)
    // It is said of one step, and the next may be another path's.
    if (waiting) contractNow = undefined
    const durationMs = Math.round(performance.now() - began)
    applied.push({ number: migration.number, fileName: migration.fileName, durationMs })
    onProgress?.({ kind: 'applied', migration, durationMs })
    if (migration.statements.some(({ sessionSetting }) => sessionSetting !== undefined)) {
      await session.query('reset all')
      await prepare()
    }
  }
  return { applied, total: total() }
}

function refuseLeftovers(records: MigrationRecords, left: readonly ParsedMigration[]): void {
  if (!looksForLeftovers(records, left.length)) return
  const leftover = leftoverIndexes(
    records,
    left.flatMap(({ statements }) => statements),
  )
  if (leftover) throw leftover
}

async function applyOne(run: MigrationRun, migration: ParsedMigration, earlier: EarlierWork): Promise<void> {
  await (migration.transactional && !earlier.isBegun
    ? applyWhole(run, migration)
    : applySteps(run, migration, earlier))
}
