import type { FreeholdError, Service, System } from '@freehold/manifest'
import type pg from 'pg'
import { contractState, type ContractState } from '../contracting/contract-state.js'
import { parseDirectives } from './directives.js'
import { earlierWorkOf, hasWaited } from './earlier-work.js'
import type { MigrationFile } from './migration-file.js'
import { readMigrationsOf } from './missing-file.js'
import { reconcile } from './reconcile.js'
import { leftoverIndexes, looksForLeftovers } from './leftover-indexes.js'
import { runUnderWay, type RunUnderWay } from './lock.js'
import {
  readRecords,
  type AppliedMigration,
  type Attempt,
  type BackfillProgress,
  type MigrationRecords,
} from './records.js'
import { answered, closeSession, openSession } from './session.js'
import { parseMigration } from './statements.js'

const silenceMs = 60_000

/** How the migrations of a service stand. */
export interface MigrationStatus {
  readonly service: string
  /** Such as 180004. */
  readonly serverVersion: number
  readonly applied: readonly AppliedMigration[]
  readonly pending: readonly PendingMigration[]
  /** The run that has the service's lock now. */
  readonly run?: RunUnderWay
  /** Contradictions between the records and the files; migrating is refused while there are any. */
  readonly problems: readonly FreeholdError[]
}

/** A migration that is still to be applied. */
export interface PendingMigration extends Pick<MigrationFile, 'number' | 'name' | 'fileName' | 'path'> {
  /** How many of its statements an earlier run did before it stopped. */
  readonly statementsDone: number
  /** Statements that were begun outside a transaction, and are not done or are not known to be. */
  readonly attempts: readonly PendingAttempt[]
  /** Backfills that are under way or were interrupted. */
  readonly backfills: readonly BackfillProgress[]
  /** What it waits for, when it is a contract step. */
  readonly contract?: ContractState
}

/** A statement that was begun, and whether it runs now: then nothing is open about it. */
export interface PendingAttempt extends Attempt {
  readonly isRunning: boolean
}

/** Where to look. */
export interface MigrationStatusOptions {
  readonly service: Service
  /** The migrator's. */
  readonly url: string
  /** The folder of the service's migrations. */
  readonly directory: string
  /** Whose lock says whether a run is under way. */
  readonly system: Pick<System, 'name'>
}

/**
 * Compares the records of a service with its files, and says what contract steps wait for. Nothing is changed or locked.
 *
 * @throws FreeholdError when the folder or the records cannot be read.
 */
export async function migrationStatus(options: MigrationStatusOptions): Promise<MigrationStatus> {
  const { service, url, directory } = options
  const files = await readMigrationsOf(service, url, directory)
  const session = await openSession({
    url,
    applicationName: `freehold status ${service.name}`,
    waitMs: 5_000,
  })
  try {
    return await answered(silenceMs, () => statusIn(session, options, files))
  } finally {
    await closeSession(session)
  }
}

async function statusIn(
  session: pg.Client,
  options: MigrationStatusOptions,
  files: readonly MigrationFile[],
): Promise<MigrationStatus> {
  const { service, directory } = options
  const { records, run } = await readMoment(session, options)
  const { serverVersion, applied } = records
  const { pending, problems } = reconcile(directory, files, records)
  const contracts = new Map<number, ContractState>()
  for (const file of pending) {
    const { contract, ...directives } = parseDirectives(file)
    if (!contract || hasWaited(earlierWorkOf(records, file), { contract })) continue
    const step = { sql: file.sql, directives: { ...directives, contract } }
    contracts.set(file.number, await contractState(session, service, step, applied.length === 0))
  }
  return {
    service: service.name,
    serverVersion,
    applied,
    ...(run && { run }),
    problems: [...problems, ...(run ? [] : await leftovers(records, pending))],
    pending: pending.map(({ number, name, fileName, path }) => {
      const contract = contracts.get(number)
      const { steps, attempts, backfills } = earlierWorkOf(records, { number, name })
      return {
        number,
        name,
        fileName,
        path,
        statementsDone: steps.length,
        attempts: attempts.map((attempt) => ({ ...attempt, isRunning: isRunning(attempt, run) })),
        backfills,
        ...(contract && { contract }),
      }
    }),
  }
}

/** The records, and the run that is under way. A statement that ended between the two looks is looked at again. */
async function readMoment(
  session: pg.Client,
  { system, service }: MigrationStatusOptions,
): Promise<{ records: MigrationRecords; run: RunUnderWay | undefined }> {
  const records = await readRecords(session, service)
  const run = await runUnderWay(session, { system, service })
  const isOpen = records.attempts.some((attempt) => attempt.event === 'begun' && !isRunning(attempt, run))
  return { records: isOpen ? await readRecords(session, service) : records, run }
}

function isRunning({ event, pid, at }: Attempt, run: RunUnderWay | undefined): boolean {
  // Another process may have had the same number before.
  return (
    event === 'begun' && pid === run?.pid && (run.since === null || Date.parse(at) >= Date.parse(run.since))
  )
}

/** While a run is under way, what it builds is not usable yet. */
async function leftovers(
  records: MigrationRecords,
  pending: readonly MigrationFile[],
): Promise<FreeholdError[]> {
  if (!looksForLeftovers(records, pending.length)) return []
  const parsed = await Promise.all(pending.map((file) => parseMigration(file).catch(() => undefined)))
  return [
    leftoverIndexes(
      records,
      parsed.flatMap((file) => file?.statements ?? []),
    ),
  ].filter((problem) => problem !== undefined)
}
