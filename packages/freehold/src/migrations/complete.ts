import { FreeholdError } from '@freehold/manifest/errors'
import type { Service } from '@freehold/manifest'
import pg from 'pg'
import { recordApplied } from './records.js'
import type { ParsedMigration } from './statements.js'
import { toolVersion } from '../config/tool-version.js'

/** What a migration runs with. */
export interface MigrationRun {
  readonly session: pg.Client
  readonly service: Service
  readonly serverVersion: number
}

const undefinedFunction = '42883'

/** The last part of a migration's last transaction: guards on what it made, and its record. */
export async function complete(
  run: MigrationRun,
  migration: ParsedMigration,
  startedAt: number,
): Promise<void> {
  const { session, service, serverVersion } = run
  await session
    .query('select freehold.guard($1)', [service.name])
    .catch((cause: unknown) => guardMissing(cause))
  const durationMs = Math.round(performance.now() - startedAt)
  await recordApplied(session, service, { migration, durationMs, toolVersion: toolVersion(), serverVersion })
}

/**
 * Runs work in a transaction. Nothing stays of it unless the server says that it committed.
 */
export async function inTransaction(session: pg.Client, work: () => Promise<void>): Promise<void> {
  await session.query('begin')
  try {
    await work()
    const { command } = await session.query('commit')
    if (command !== 'COMMIT') throw rolledBack(command)
  } catch (error) {
    // On a lost connection the server rolls back by itself, and the first error is the one to tell.
    await session.query('rollback').catch(() => undefined)
    throw error
  }
}

function rolledBack(command: string): FreeholdError {
  return new FreeholdError('FREEHOLD_MIGRATION_FAILED', {
    message: `The server answered ${command} to COMMIT: nothing of the migration is left.`,
  })
}

function guardMissing(cause: unknown): never {
  if (!(cause instanceof pg.DatabaseError && cause.code === undefinedFunction)) throw cause
  throw new FreeholdError('FREEHOLD_MIGRATION_NOT_PROVISIONED', {
    message: 'The database has no function freehold.guard, which puts guards on the tables of a migration.',
    cause,
  })
}
