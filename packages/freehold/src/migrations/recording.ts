import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { toolVersion } from '../config/tool-version.js'
import { contractedName, type MigrationDirectives } from './directives.js'
import type { MigrationFile } from './migration-file.js'
import type { Attempt, FinishedStep } from './records.js'

/** Records a migration as applied. Belongs into the transaction that completes it. */
export async function recordApplied(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  applied: { migration: MigrationFile; durationMs: number; serverVersion: number },
): Promise<void> {
  const { migration, durationMs, serverVersion } = applied
  const { number, name, checksum } = migration
  await session.query(
    `insert into freehold.migrations (service, number, name, checksum, duration_ms, tool_version, server_version)
     values ($1, $2, $3, decode($4, 'hex'), $5, $6, $7)`,
    [service.name, number, name, checksum, durationMs, toolVersion(), serverVersion],
  )
}

/** Writes down what becomes of a statement that runs outside a transaction. */
export async function recordAttempt(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  attempt: FinishedStep & Pick<Attempt, 'event'>,
): Promise<void> {
  await session.query(
    `insert into freehold.migration_journal (service, number, step, checksum, event, tool_version)
     values ($1, $2, $3, decode($4, 'hex'), $5, $6)`,
    [service.name, attempt.number, attempt.step, attempt.checksum, attempt.event, toolVersion()],
  )
}

/** Records what a migration says of itself, beside its record. */
export async function recordDirectives(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  { number, directives }: { number: number; directives: MigrationDirectives },
  contractedBecause: string | undefined,
): Promise<void> {
  const { phase, compatible, contract } = directives
  if (!phase && !compatible && !contract) return
  await session.query(
    `insert into freehold.migration_directives
       (service, number, phase, path, compatible_with, contracts, unused_for, contracted_because)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      service.name,
      number,
      phase?.phase,
      phase?.path,
      compatible?.text,
      contract?.target && contractedName(contract),
      contract?.unusedFor,
      contractedBecause,
    ],
  )
}

/** Writes down with which file a number is begun, before anything of it runs. */
export async function recordStart(
  session: pg.Client,
  service: Pick<Service, 'name'>,
  { number, name, checksum, directives }: MigrationFile & { directives: MigrationDirectives },
  contractedBecause: string | undefined,
): Promise<void> {
  const contracts = directives.contract && contractedName(directives.contract)
  await session.query(
    `insert into freehold.migration_starts 
       (service, number, name, checksum, contracts, contracted_because, tool_version)
     values ($1, $2, $3, decode($4, 'hex'), $5, $6, $7)`,
    [service.name, number, name, checksum, contracts, contractedBecause, toolVersion()],
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
