import type { Service } from '@freehold/manifest'
import { isFreeholdError, type FreeholdError } from '@freehold/manifest/errors'
import { begunAndMissing } from './begun-problems.js'
import { earlierWork } from './earlier-work.js'
import { readMigrations, type MigrationFile } from './migration-file.js'
import { missing } from './reconcile.js'
import { readRecords } from './records.js'
import { answered, closeSession, openSession } from './session.js'

const silenceMs = 30_000

/**
 * Reads the migrations of a service. A gap in their numbers that a file has left which was applied or begun is told as that, and not
 * as a matter of numbering: whoever would close the gap would rename what was applied.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_MISSING`, and what {@link readMigrations} throws.
 */
export async function readMigrationsOf(
  service: Service,
  url: string,
  directory: string,
): Promise<MigrationFile[]> {
  return readMigrations(directory).catch(async (error: unknown) => {
    if (!isFreeholdError(error, 'FREEHOLD_MIGRATION_NUMBERING')) throw error
    const { expected } = error.details
    const gone = await goneFile(service, url, directory, expected).catch(() => undefined)
    throw gone ?? error
  })
}

async function goneFile(
  service: Service,
  url: string,
  directory: string,
  number: unknown,
): Promise<FreeholdError | undefined> {
  if (typeof number !== 'number') return undefined
  const applicationName = `freehold status ${service.name}`
  const session = await openSession({ url, applicationName, waitMs: 5_000 })
  try {
    const records = await answered(silenceMs, () => readRecords(session, service))
    const applied = records.applied.find((each) => each.number === number)
    if (applied) return missing(directory, applied)
    const work = earlierWork(records, number)
    return work.isBegun ? begunAndMissing(directory, number, work) : undefined
  } finally {
    await closeSession(session)
  }
}
