import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { System } from '@freehold/manifest'
import { readReleases, serviceFolder } from '../releases/index.js'
import type { ReleasedVersion } from './released-version.js'
import { pathIn } from './run-finding.js'

/**
 * The last releases of services that the manifest has no more, and whose folders lie beside those of others: they may
 * still run. Folders that are gone are not found.
 *
 * @returns By the name of the service.
 * @throws FreeholdError `FREEHOLD_RELEASE_DAMAGED`.
 */
export async function formerServices(
  system: System,
  root: string,
): Promise<ReadonlyMap<string, ReleasedVersion>> {
  const known = system.services.map((service) => serviceFolder(root, service))
  const found = new Map<string, ReleasedVersion>()
  // Beside the only service of a folder lies what is of others.
  const parents = known.map((folder) => dirname(folder)).filter((parent) => isWithin(root, parent))
  for (const parent of new Set(parents)) {
    for (const { name } of await foldersIn(parent)) {
      const folder = join(parent, name)
      if (known.includes(folder) || !(await isReleased(folder))) continue
      const last = (await readReleases(folder)).at(-1)
      if (last !== undefined && !system.services.some((service) => service.name === last.service))
        found.set(last.service, { ...last, folder: pathIn(root, last.folder) })
    }
  }
  return found
}

function isWithin(root: string, folder: string): boolean {
  return !/^\.\.(?:$|[\\/])/.test(relative(root, folder))
}

async function isReleased(folder: string): Promise<boolean> {
  const versions = await foldersIn(join(folder, 'releases'))
  return versions.some(({ name }) => existsSync(join(folder, 'releases', name, 'release.json')))
}

async function foldersIn(folder: string): Promise<{ readonly name: string }[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory())
}
