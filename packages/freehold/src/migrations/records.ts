import { FreeholdError } from '@freehold/manifest/errors'
import { rolesOf, type Service } from '@freehold/manifest'
import pg from 'pg'
import type { MigrationFile } from './migration-file.js'
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

/** A statement that is done of a migration that is not yet applied. */
export interface FinishedStep {
  readonly number: number
  /** From 1. */
  readonly step: number
  readonly checksum: string
}

/** What the database remembers of a service's migrations. */
export interface MigrationRecords {
  /** Such as 180004. */
  readonly serverVersion: number
  readonly applied: readonly AppliedMigration[]
  readonly steps: readonly FinishedStep[]
}

/**
 * Reads the records, in one round trip.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_NOT_PROVISIONED` when there are none, and
 *   `FREEHOLD_MIGRATION_WRONG_ROLE` when the session does not act as the service's owner.
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

/** Records a migration as applied. Belongs into the transaction that completes it. */
export async function recordApplied(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  applied: { migration: MigrationFile; durationMs: number; toolVersion: string; serverVersion: number },
): Promise<void> {
  const { migration, durationMs, toolVersion, serverVersion } = applied
  const { number, name, checksum } = migration
  await session.query(
    `insert into freehold.migrations (service, number, name, checksum, duration_ms, tool_version, server_version)
     values ($1, $2, $3, decode($4, 'hex'), $5, $6, $7)`,
    [service.name, number, name, checksum, durationMs, toolVersion, serverVersion],
  )
}

/** Records a statement as done, of a migration that has no transaction of its own. */
export async function recordStep(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  step: FinishedStep,
): Promise<void> {
  await session.query(
    `insert into freehold.migration_steps (service, number, step, checksum)
     values ($1, $2, $3, decode($4, 'hex'))`,
    [service.name, step.number, step.step, step.checksum],
  )
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
