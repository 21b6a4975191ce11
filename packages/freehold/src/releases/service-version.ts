import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { isVersion } from './version.js'

/**
 * What the package.json of a folder says as the version; undefined where there is none.
 *
 * @throws FreeholdError `FREEHOLD_RELEASE_VERSION` when it is no JSON, or what it says is no version.
 */
export async function versionIn(folder: string): Promise<string | undefined> {
  const path = join(folder, 'package.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { version } = parsed(path, text)
  if (version === undefined) return undefined
  if (typeof version === 'string' && isVersion(version)) return version
  throw unknown(path, `says ${JSON.stringify(version)} as the version, which is none: 1.4.0 is one`)
}

/**
 * The version that the package.json of a service says.
 *
 * @throws FreeholdError `FREEHOLD_RELEASE_VERSION` when it says none.
 */
export async function versionOf(serviceFolder: string): Promise<string> {
  const version = await versionIn(serviceFolder)
  if (version !== undefined) return version
  throw unknown(join(serviceFolder, 'package.json'), 'says no version')
}

function parsed(path: string, text: string): { readonly version?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { readonly version?: unknown }
  } catch (cause) {
    throw unknown(path, `is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

function unknown(path: string, what: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_RELEASE_VERSION', {
    message: `${displayPath(path)} ${what}.`,
    details: { file: path },
    cause,
  })
}
