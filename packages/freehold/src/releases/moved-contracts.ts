import { parseDirectives } from '../migrations/directives.js'
import type { MigrationFile } from '../migrations/migration-file.js'
import type { ReleasedMigration } from './release.js'

/**
 * What a release has of the migrations that are there now, without contract steps that have a higher number since: they were
 * waiting, and gave way to what is newer than the release.
 *
 * @param files - Those that are there now.
 * @throws FreeholdError `FREEHOLD_MIGRATION_DIRECTIVE`.
 */
export function withoutMovedContracts(
  released: readonly ReleasedMigration[],
  files: readonly MigrationFile[],
): ReleasedMigration[] {
  return released.filter(({ number, name, checksum }) => {
    const now = files.find((file) => file.checksum === checksum && file.name === name)
    return now === undefined || now.number <= number || parseDirectives(now).contract === undefined
  })
}
