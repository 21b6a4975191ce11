import { FreeholdError } from '@freehold/manifest/errors'
import { rolesOf, type Service } from '@freehold/manifest'
import pg from 'pg'
import { runnerSql } from './sql.js'

/** A migration that was applied, as the database remembers it. */
export interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly checksum: string
  /** ISO 8601. */
  readonly appliedAt: string
  readonly durationMs: number
}

/** The file that a number was last begun with, statement by statement, and that is not applied. */
export interface MigrationStart {
  readonly number: number
  readonly name: string
  /** Of the file as it was then. */
  readonly checksum: string
  /** What it takes away, as a contract step that had waited long enough. */
  readonly contracts: string | null
  /** Why it did not wait, where it did not. */
  readonly contractedBecause: string | null
  /** ISO 8601. */
  readonly startedAt: string
}

/** A statement that is done of a migration that is not yet applied. */
export interface FinishedStep {
  readonly number: number
  /** From 1. */
  readonly step: number
  readonly checksum: string
}

/** What the journal says last of a statement that runs outside a transaction and is not done. */
export interface Attempt extends FinishedStep {
  /** Only of one that is `begun` nobody knows the outcome: the server refused what `failed`, and `again` was decided. */
  readonly event: 'begun' | 'failed' | 'again'
  /** ISO 8601. */
  readonly at: string
  /** The process of the server that it ran in. */
  readonly pid: number
}

/** How far a backfill is that is not done. */
export interface BackfillProgress extends FinishedStep {
  /** The last key that was passed; null before the first batch. */
  readonly lastKey: string | null
  /** The key that it ends with; null when the table was empty. */
  readonly untilKey: string | null
  /** Rows of the table that were passed. */
  readonly rowsDone: number
  /** Of the table when the backfill began; null when the server had no estimate. */
  readonly estimatedRows: number | null
  readonly batches: number
  readonly startedAt: string
  readonly updatedAt: string
}

/** What the database remembers of a service's migrations. */
export interface MigrationRecords {
  /** Such as 180004. */
  readonly serverVersion: number
  readonly applied: readonly AppliedMigration[]
  readonly starts: readonly MigrationStart[]
  readonly steps: readonly FinishedStep[]
  readonly attempts: readonly Attempt[]
  readonly backfills: readonly BackfillProgress[]
  /** Indexes of the service that the server does not use: being built, or left by what failed. */
  readonly unusableIndexes: readonly string[]
}

const oldestServer = 150_000

/**
 * Reads the records, in one round trip.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_NOT_PROVISIONED` when there are none,
 *   `FREEHOLD_MIGRATION_WRONG_ROLE` when the session does not act as the service's owner, and
 *   `FREEHOLD_SERVER_UNSUPPORTED` below PostgreSQL 15.
 */
export async function readRecords(
  session: pg.Client,
  service: Pick<Service, 'name'>,
): Promise<MigrationRecords> {
  const result = await session
    .query<MigrationRecords & { role: string }>(runnerSql('read-records'), [service.name])
    .catch((cause: unknown) => notReadable(service, cause))
  const [row] = result.rows
  if (row === undefined) throw notProvisioned(service)
  const { role, ...records } = row
  requireSupported(service, records.serverVersion)
  const { owner, migrator } = rolesOf(service)
  if (role !== owner) {
    throw new FreeholdError('FREEHOLD_MIGRATION_WRONG_ROLE', {
      message: `The run acts as ${role}, and the migrations of "${service.name}" belong to ${owner}.`,
      fix: `Connect as ${migrator}; if that is what you did, run \`freehold apply\`.`,
      details: { service: service.name, role, owner },
    })
  }
  return records
}

/**
 * Refuses a server that the runner was never tried on.
 *
 * @param version - As `server_version_num`.
 * @throws FreeholdError `FREEHOLD_SERVER_UNSUPPORTED`.
 */
export function requireSupported({ name }: Pick<Service, 'name'>, version: number): void {
  if (version >= oldestServer) return
  throw new FreeholdError('FREEHOLD_SERVER_UNSUPPORTED', {
    message: `The database of "${name}" is on PostgreSQL ${Math.floor(version / 10_000)}. Nothing was run.`,
    details: { service: name, version },
  })
}

const undefinedTable = '42P01'
const undefinedSchema = '3F000'
const noPrivilege = '42501'

function notReadable(service: Pick<Service, 'name'>, cause: unknown): never {
  const expected = [undefinedTable, undefinedSchema, noPrivilege]
  if (!(cause instanceof pg.DatabaseError && expected.includes(cause.code ?? ''))) throw cause
  throw notProvisioned(service, cause)
}

function notProvisioned({ name }: Pick<Service, 'name'>, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_MIGRATION_NOT_PROVISIONED', {
    message: `The database of "${name}" has no records of migrations that its migrator can read.`,
    details: { service: name },
    cause,
  })
}
