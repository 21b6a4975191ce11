import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { defineSystem, type System } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { nearestNodeModules } from './find-config.js'
import { loadFailure } from './load-failure.js'

/**
 * Loads the system that a configuration exports as its default. TypeScript needs no build.
 *
 * @param configFile - The path of freehold.config.ts.
 * @throws FreeholdError `FREEHOLD_CONFIG_NOT_FOUND`; `FREEHOLD_CONFIG_DOES_NOT_LOAD` with file and line;
 *   `FREEHOLD_CONFIG_NOT_A_SYSTEM`; `FREEHOLD_MANIFEST_INVALID` with everything that is wrong in it.
 */
export async function loadSystem(configFile: string): Promise<System> {
  const path = resolve(configFile)
  if (!existsSync(path)) {
    throw new FreeholdError('FREEHOLD_CONFIG_NOT_FOUND', {
      message: `There is no file ${configFile}.`,
      details: { file: path },
    })
  }
  return asSystem(path, await exportedBy(path))
}

async function exportedBy(path: string): Promise<unknown> {
  // Jiti brings a compiler along, which is worth loading only when there is something to compile.
  const { createJiti } = await import('jiti')
  const nodeModules = nearestNodeModules(path)
  const jiti = createJiti(path, {
    // Without node_modules there is no place for a cache that is ours: a folder for temporary files is not.
    fsCache: nodeModules === undefined ? false : join(nodeModules, '.cache', 'freehold'),
    moduleCache: false,
    interopDefault: false,
  })
  try {
    return (await jiti.import<{ default?: unknown }>(path)).default
  } catch (cause) {
    if (isFreeholdError(cause)) throw cause
    throw loadFailure(path, cause)
  }
}

function asSystem(path: string, exported: unknown): System {
  if (typeof exported === 'object' && exported !== null && 'services' in exported) {
    // What was not made by defineSystem is checked here; what was is checked again, at no cost.
    return defineSystem(exported as System)
  }
  throw new FreeholdError('FREEHOLD_CONFIG_NOT_A_SYSTEM', {
    message:
      exported === undefined
        ? `${path} has no default export.`
        : `The default export of ${path} is not a system.`,
    details: { file: path },
  })
}
