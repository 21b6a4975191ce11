import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Recording } from './recording.js'

/** Which service records itself. */
export interface ServiceRecordingOptions {
  /** Its name in the manifest. */
  readonly service: string
  /** `import.meta.url` of a module of the service: the nearest package.json above it has the version. */
  readonly module: string
  /** The environment. `FREEHOLD_RECORD_STATEMENTS` names a folder to write to, beside the database. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly onError?: Recording['onError']
}

/**
 * What `connect` needs in order to record a service. Places in code are named from the folder of the nearest
 * freehold.config.ts, or else from that of the package.json.
 *
 * @throws FreeholdError `FREEHOLD_VERSION_UNKNOWN` when no package.json has a version.
 */
export function serviceRecording({ service, module, env, onError }: ServiceRecordingOptions): Recording {
  const from = dirname(fileURLToPath(module))
  const packageFolder = nearest(from, 'package.json')
  const folder = env['FREEHOLD_RECORD_STATEMENTS']
  return {
    service,
    version: versionIn(packageFolder, from),
    root: nearest(from, 'freehold.config.ts') ?? packageFolder,
    ...(folder !== undefined && folder !== '' && { folder }),
    ...(onError && { onError }),
  }
}

function nearest(folder: string, file: string): string | undefined {
  if (existsSync(join(folder, file))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : nearest(parent, file)
}

function versionIn(folder: string | undefined, from: string): string {
  if (folder !== undefined) {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      version?: unknown
    }
    if (typeof version === 'string') return version
  }
  throw new FreeholdError('FREEHOLD_VERSION_UNKNOWN', {
    message: `There is no package.json with a version above ${from}.`,
  })
}
