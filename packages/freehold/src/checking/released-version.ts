import { join } from 'node:path'
import type { Service, System } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import { readMigrations } from '../migrations/index.js'
import { versionIn } from '../releases/service-version.js'
import { serviceFolder, readReleases, withoutMovedContracts, type Release } from '../releases/index.js'
import { pathIn } from './run-finding.js'

/** What a check needs to know of a version that was released. Its folder is relative to that of the configuration. */
export type ReleasedVersion = Pick<
  Release,
  | 'version'
  | 'folder'
  | 'migrations'
  | 'manifest'
  | 'statements'
  | 'publishes'
  | 'consumes'
  | 'consumed'
  | 'openapi'
>

/** The releases of all services, by name, the newest last. */
export type Releases = ReadonlyMap<string, readonly ReleasedVersion[]>

/**
 * Reads the releases of all services.
 *
 * @throws FreeholdError `FREEHOLD_RELEASE_DAMAGED`.
 */
export async function releasesOf(system: System, root: string): Promise<Releases> {
  const entries = system.services.map(async (service) => {
    const releases = await readReleases(serviceFolder(root, service))
    const inRoot = releases.map((release) => ({
      ...release,
      folder: pathIn(root, release.folder),
    }))
    return [service.name, inRoot] as const
  })
  return new Map(await Promise.all(entries))
}

/**
 * Of services whose last release is of the version that the working tree has, as right after a release, the one before it:
 * it may still run.
 *
 * @throws FreeholdError `FREEHOLD_RELEASE_VERSION`.
 */
export async function previousReleases(
  system: System,
  root: string,
  releases: Releases,
): Promise<ReadonlyMap<string, ReleasedVersion>> {
  const entries = system.services.map(async (service) => {
    const all = releases.get(service.name) ?? []
    const [before, last] = [all.at(-2), all.at(-1)]
    if (before === undefined || last === undefined) return []
    const version = await versionIn(serviceFolder(root, service))
    return version === last.version ? [[service.name, before] as const] : []
  })
  return new Map((await Promise.all(entries)).flat())
}

/**
 * Releases of a service, each with those of its migrations that are where they were: a contract step that waits may have
 * given way to what is new. Where the migrations cannot be read, which is found elsewhere, nothing has moved.
 */
export async function inPlace(
  releases: readonly ReleasedVersion[],
  root: string,
  service: Service,
): Promise<ReleasedVersion[]> {
  try {
    const files = await readMigrations(join(root, service.migrations))
    return releases.map((release) => ({
      ...release,
      migrations: withoutMovedContracts(release.migrations, files),
    }))
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return [...releases]
  }
}
