import { rolesOf, type Service, type System } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import type { CredentialStore } from '../credentials/store.js'
import { begunAndMissing } from './begun-problems.js'
import { begunNumbers, earlierWork } from './earlier-work.js'
import type { MigrationFile } from './migration-file.js'
import { migratorUrl } from './migrator-url.js'
import { missing } from './reconcile.js'
import { readRecords, type MigrationRecords } from './records.js'
import { answered, closeSession, openSession } from './session.js'

/** What the database whose credentials are at hand remembers of a service's migrations; or why it was not asked. */
export type RecordsAtHand = { readonly records: MigrationRecords } | { readonly notAsked: string }

const waitMs = 5_000

/** Asks the database of a service for its records, where it can be reached. */
export async function recordsAtHand(
  system: System,
  credentials: CredentialStore,
  service: Service,
): Promise<RecordsAtHand> {
  try {
    const url = await migratorUrl(system, credentials, service)
    if (url === undefined) return { notAsked: `${rolesOf(service).migrator} has no credentials here` }
    const applicationName = `freehold migrate new ${service.name}`
    const session = await openSession({ url, applicationName, waitMs })
    try {
      return { records: await answered(waitMs, () => readRecords(session, service)) }
    } finally {
      await closeSession(session)
    }
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return { notAsked: error.message.replace(/\.$/, '') }
  }
}

/**
 * Refuses to give out a number that the database has already, of a file that is not in the folder.
 *
 * @param files - What is in the folder.
 * @throws FreeholdError `FREEHOLD_MIGRATION_MISSING`.
 */
export function refuseTakenNumbers(
  directory: string,
  files: readonly MigrationFile[],
  records: MigrationRecords,
): void {
  const isTaken = (number: number): boolean => number > files.length
  const applied = records.applied.find(({ number }) => isTaken(number))
  if (applied) throw missing(directory, applied)
  const begun = begunNumbers(records).find(isTaken)
  if (begun !== undefined) throw begunAndMissing(directory, begun, earlierWork(records, begun))
}

/** What the database has of a file, so that it must keep its number and its name. */
export function stateOf(
  { number }: Pick<MigrationFile, 'number'>,
  records: MigrationRecords,
): 'applied' | 'begun' | undefined {
  if (records.applied.some((each) => each.number === number)) return 'applied'
  return begunNumbers(records).includes(number) ? 'begun' : undefined
}
