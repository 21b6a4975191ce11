import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'

/** The names that a configuration is looked for under, in this order. */
const fileNames = ['freehold.config.ts', 'freehold.config.mts', 'freehold.config.js', 'freehold.config.mjs']

/**
 * Finds the configuration: in a folder, or in the nearest folder above it that has one.
 *
 * @param from - The folder to begin in.
 * @returns The file's path.
 * @throws FreeholdError `FREEHOLD_CONFIG_NOT_FOUND`.
 */
export function findConfig(from: string): string {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = fileNames.map((name) => join(folder, name)).find((path) => existsSync(path))
    if (found !== undefined) return found
    if (folder === dirname(folder)) break
  }
  throw new FreeholdError('FREEHOLD_CONFIG_NOT_FOUND', {
    message: `There is no ${fileNames[0]} in ${from}, nor in a folder above it.`,
    details: { from },
  })
}

/** The nearest folder named node_modules at a file or above it. */
export function nearestNodeModules(file: string): string | undefined {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules')
    if (existsSync(found)) return found
    if (folder === dirname(folder)) return undefined
  }
}
