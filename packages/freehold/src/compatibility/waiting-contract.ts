import { join } from 'node:path'
import type { Service } from '@freehold/manifest'
import { parseDirectives } from '../migrations/directives.js'
import { readMigrations, type MigrationFile } from '../migrations/migration-file.js'
import { isInRange } from '../migrations/version-range.js'

/**
 * The first migration that a version has not, and that waits until this version is gone: a contract step which does not
 * say that it is compatible with it.
 *
 * @param release - The version, and the number of its last migration.
 * @throws FreeholdError what reading migrations throws, and `FREEHOLD_MIGRATION_DIRECTIVE`.
 */
export async function waitingContract(
  root: string,
  service: Service,
  release: { readonly version: string; readonly after: number },
): Promise<MigrationFile | undefined> {
  const files = await readMigrations(join(root, service.migrations))
  return files.find((file) => {
    if (file.number <= release.after) return false
    const { contract, compatible } = parseDirectives(file)
    return contract !== undefined && !(compatible && isInRange(release.version, compatible))
  })
}
