import type { RecordedStatement, Service, System } from '@freehold/manifest'
import { refuseForeign } from '../releases/foreign-statements.js'
import { readRecordings } from '../releases/recordings.js'
import type { ReleasedVersion } from './released-version.js'

/**
 * What the working tree sends: as it was recorded, or of the release of this very version.
 *
 * @param path - The folder that `FREEHOLD_RECORD_STATEMENTS` named, or a file of it.
 * @returns Undefined where nothing is known of it.
 * @throws FreeholdError `FREEHOLD_RECORDING_UNREADABLE` when a file is not of its form, `FREEHOLD_STATEMENTS_OF_ANOTHER` when
 *   what is there was sent by another version or service.
 */
export async function statementsOfToday(
  system: System,
  service: Service,
  version: string | undefined,
  path: string | undefined,
  release: ReleasedVersion | undefined,
): Promise<readonly RecordedStatement[] | undefined> {
  if (path !== undefined && version !== undefined) {
    const recorded = await readRecordings(path, { service: service.name, version })
    await refuseForeign(system, service, recorded)
    if (recorded.length > 0) return recorded
  }
  return release !== undefined && release.statements.length > 0 ? release.statements : undefined
}
