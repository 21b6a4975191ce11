import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { EventContract, Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { readConsumedEvents } from './consumed-events.js'
import { readJson } from './read-json.js'
import type { Release } from './release.js'
import { openapiFile, releaseFiles } from './release-files.js'
import { compareVersions, isVersion } from './version.js'

/** The folder of a service, which has its migrations and its releases. */
export function serviceFolder(root: string, service: Pick<Service, 'migrations'>): string {
  return dirname(join(root, service.migrations))
}

/**
 * Reads the releases of a service, the newest last.
 *
 * @param folder - The service's, as {@link serviceFolder} has it. Without a folder `releases` there are none.
 * @throws FreeholdError `FREEHOLD_RELEASE_DAMAGED` with the file, and the place in it.
 */
export async function readReleases(folder: string): Promise<Release[]> {
  const versions = await releasedVersions(folder)
  return Promise.all(versions.map((version) => readRelease(join(folder, 'releases', version), version)))
}

/** The versions that were released, the newest last. */
export async function releasedVersions(folder: string): Promise<string[]> {
  const releases = join(folder, 'releases')
  if (!existsSync(releases)) return []
  const names = await readdir(releases)
  return names.filter(isVersion).sort(compareVersions)
}

/** Reads one release. */
export async function readRelease(folder: string, version: string): Promise<Release> {
  const file = <Name extends keyof typeof releaseFiles>(name: Name) =>
    readJson(join(folder, name), releaseFiles[name])
  const [release, manifest, schema, recorded, events] = await Promise.all([
    file('release.json'),
    file('manifest.json'),
    file('schema.json'),
    file('statements.json'),
    file('events.json'),
  ])
  for (const [name, said] of [
    ['release.json', release],
    ['statements.json', recorded],
  ] as const) {
    if (said.version !== version || said.service !== manifest.name) throw misplaced(join(folder, name), said)
  }
  const openapi = join(folder, 'openapi.json')
  const publishes = events.publishes as readonly EventContract[]
  const { consumes } = events
  const consumed = await readConsumedEvents(folder, consumes)
  return {
    folder,
    service: release.service,
    version,
    migrations: release.migrations,
    manifest: { ...manifest, publishes, consumes } as unknown as Service,
    schema,
    statements: recorded.statements,
    publishes,
    consumes,
    ...(consumed && { consumed }),
    ...(existsSync(openapi) && { openapi: await readJson(openapi, openapiFile) }),
  }
}

function misplaced(
  path: string,
  said: { readonly service: string; readonly version: string },
): FreeholdError {
  return new FreeholdError('FREEHOLD_RELEASE_DAMAGED', {
    message: `${displayPath(path)} is of ${said.service} ${said.version}, which is not the release that it lies in.`,
    details: { file: path, ...said },
  })
}
