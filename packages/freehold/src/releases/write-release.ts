import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { consumedEventsName } from './consumed-events.js'
import { contentsOf } from './release-files.js'
import type { Release } from './release.js'
import { reviewableJson } from './reviewable-json.js'

/** A release that is there now. */
export interface WrittenRelease {
  readonly folder: string
  /** False when the same was there already. */
  readonly isNew: boolean
}

/**
 * Writes a release, whole or not at all. One that is there is never replaced.
 *
 * @param serviceFolder - The service's.
 * @throws FreeholdError `FREEHOLD_RELEASE_EXISTS` with the names of the files that differ;
 *   `FREEHOLD_CLI_OUTPUT_NOT_WRITTEN` when the folder cannot be written to.
 */
export async function writeRelease(
  serviceFolder: string,
  release: Omit<Release, 'folder'>,
): Promise<WrittenRelease> {
  const folder = join(serviceFolder, 'releases', release.version)
  const files = Object.entries(contentsOf(release)).map(
    ([name, content]) => [name, reviewableJson(content)] as const,
  )
  if (existsSync(folder)) {
    await requireSame(folder, release, files)
    return { folder, isNew: false }
  }
  await writeWhole(folder, files).catch((cause: unknown) => {
    throw new FreeholdError('FREEHOLD_CLI_OUTPUT_NOT_WRITTEN', {
      message: `${displayPath(folder)} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`,
      details: { folder },
      cause,
    })
  })
  return { folder, isNew: true }
}

type Files = readonly (readonly [name: string, text: string])[]

async function requireSame(
  folder: string,
  { service, version }: Pick<Release, 'service' | 'version'>,
  files: Files,
): Promise<void> {
  const differing: string[] = []
  for (const [name, text] of files) {
    const before = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    // A release from before there was this file is history, and stays as it is.
    if (before === undefined && name === consumedEventsName) continue
    if (before !== text) differing.push(name)
  }
  if (differing.length === 0) return
  throw new FreeholdError('FREEHOLD_RELEASE_EXISTS', {
    message: `${service} ${version} was released already, and differs now in ${differing.join(', ')}.`,
    details: { service, version, folder, differing },
  })
}

async function writeWhole(folder: string, files: Files): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true })
  const draft = await mkdtemp(`${folder}.draft-`)
  try {
    for (const [name, text] of files) await writeFile(join(draft, name), text)
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}
