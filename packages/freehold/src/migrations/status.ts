import type { FreeholdError, Service } from '@freehold/manifest'
import { readMigrations, type MigrationFile } from './migration-file.js'
import { reconcile } from './reconcile.js'
import { readRecords, type AppliedMigration } from './records.js'
import { openSession } from './session.js'

/** How the migrations of a service stand. */
export interface MigrationStatus {
  readonly service: string
  /** Such as 180004. */
  readonly serverVersion: number
  readonly applied: readonly AppliedMigration[]
  readonly pending: readonly PendingMigration[]
  /** Contradictions between the records and the files; migrating is refused while there are any. */
  readonly problems: readonly FreeholdError[]
}

/** A migration that is still to be applied. */
export interface PendingMigration extends Pick<MigrationFile, 'number' | 'name' | 'fileName' | 'path'> {
  /** How many of its statements an earlier run did before it stopped. */
  readonly statementsDone: number
}

/** Where to look. */
export interface MigrationStatusOptions {
  readonly service: Service
  /** The migrator's. */
  readonly url: string
  /** The folder of the service's migrations. */
  readonly directory: string
}

/**
 * Compares the records of a service with its files, in one round trip. Nothing is changed or locked.
 *
 * @throws FreeholdError when the folder or the records cannot be read.
 */
export async function migrationStatus(options: MigrationStatusOptions): Promise<MigrationStatus> {
  const { service, url, directory } = options
  const files = await readMigrations(directory)
  const session = await openSession({
    url,
    applicationName: `freehold status ${service.name}`,
    waitMs: 5_000,
  })
  try {
    const { serverVersion, applied, steps } = await readRecords(session, service)
    const { pending, problems } = reconcile(directory, files, applied)
    return {
      service: service.name,
      serverVersion,
      applied,
      problems,
      pending: pending.map(({ number, name, fileName, path }) => ({
        number,
        name,
        fileName,
        path,
        statementsDone: steps.filter((step) => step.number === number).length,
      })),
    }
  } finally {
    await session.end()
  }
}
