import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDirectives } from './directives.js'
import { fileNameOf, type MigrationFile } from './migration-file.js'

/** A file that has another number now. */
export interface MovedMigration {
  readonly from: string
  readonly to: string
}

/**
 * The contract steps at the end of a folder: while one of them waits, it holds back whatever comes after it.
 *
 * @param files - All of its migrations, in their order.
 * @throws FreeholdError `FREEHOLD_MIGRATION_DIRECTIVE`.
 */
export function closingContracts(files: readonly MigrationFile[]): MigrationFile[] {
  const last = files.findLastIndex((file) => parseDirectives(file).contract === undefined)
  return files.slice(last + 1)
}

/**
 * Gives contract steps higher numbers, so that some are free before them. A database that has applied or begun one refuses it
 * under its new name, and names it.
 *
 * @param contracts - The last ones of the folder, in their order.
 * @param by - How many numbers shall be free.
 */
export async function moveUp(
  directory: string,
  contracts: readonly MigrationFile[],
  by: number,
): Promise<MovedMigration[]> {
  const moved: MovedMigration[] = []
  // From the last on, each finds its new place free.
  for (const { number, name, fileName } of contracts.toReversed()) {
    const to = fileNameOf(number + by, name)
    await rename(join(directory, fileName), join(directory, to))
    moved.unshift({ from: fileName, to })
  }
  return moved
}
