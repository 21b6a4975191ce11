import type { Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { keepLock } from './lock.js'
import { recordApplied, recordDirectives } from './recording.js'
import type { MigrationRun } from './run.js'
import type { ParsedMigration } from './statements.js'

const undefinedFunction = '42883'

/** The last part of a migration's last transaction: guards on what it made, and its record. */
export async function complete(
  run: MigrationRun,
  migration: ParsedMigration,
  startedAt: number,
): Promise<void> {
  const { session, service, serverVersion } = run
  await keepLock(session, run)
  await callPlatform(session, service, 'guard')
  const durationMs = Math.round(performance.now() - startedAt)
  await recordApplied(session, service, { migration, durationMs, serverVersion })
  await recordDirectives(session, service, migration, run.contractedBecause)
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

const purposes = {
  guard: 'puts guards on the tables of a migration',
  withdraw_grants: 'takes back what a statement grants to others',
} as const

/**
 * Calls a function of the platform that a transaction of a migration ends with.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_NOT_PROVISIONED` when the database does not have it.
 */
export async function callPlatform(
  session: pg.Client,
  { name }: Pick<Service, 'name'>,
  called: keyof typeof purposes,
): Promise<void> {
  await session.query(`select freehold.${called}($1)`, [name]).catch((cause: unknown) => {
    if (!(cause instanceof pg.DatabaseError && cause.code === undefinedFunction)) throw cause
    throw new FreeholdError('FREEHOLD_MIGRATION_NOT_PROVISIONED', {
      message: `The database has no function freehold.${called}, which ${purposes[called]}.`,
      cause,
    })
  })
}
