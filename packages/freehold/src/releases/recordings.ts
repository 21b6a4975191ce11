import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { mergedStatements, type RecordedStatement, type RecordedStatements } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { readJson } from './read-json.js'
import { statementsFile } from './release-files.js'

/** Whose statements are asked for. */
export interface Recorded {
  readonly service: string
  readonly version: string
}

/**
 * Reads what processes of a version recorded, joined. A folder may hold recordings of several services and versions; a
 * file that is named by itself must be of this one, and so must something be where a folder knows the service at all.
 *
 * @param path - A folder of `*.statements.json`, or one such file.
 * @throws FreeholdError `FREEHOLD_RECORDING_UNREADABLE` for a path that is not there, and for a file that is no recording;
 *   `FREEHOLD_STATEMENTS_OF_ANOTHER` for one of another service or version.
 */
export async function readRecordings(path: string, wanted: Recorded): Promise<RecordedStatement[]> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true
  const names = isFolder
    ? (await readdir(path)).filter((name) => name.endsWith('.statements.json')).sort()
    : []
  const paths = isFolder ? names.map((name) => join(path, name)) : [path]
  const recordings = await Promise.all(
    paths.map(async (file) => ({
      file,
      ...(await readJson(file, statementsFile, 'FREEHOLD_RECORDING_UNREADABLE')),
    })),
  )
  const right = recordings.filter(
    ({ service, version }) => service === wanted.service && version === wanted.version,
  )
  const wrong = recordings.find(({ service }) => !isFolder || service === wanted.service)
  if (right.length === 0 && wrong !== undefined) throw ofAnother(wrong, wanted)
  return mergedStatements(right.map(({ statements }) => statements))
}

function ofAnother(
  { file, service, version }: RecordedStatements & { readonly file: string },
  wanted: Recorded,
): FreeholdError {
  return new FreeholdError('FREEHOLD_STATEMENTS_OF_ANOTHER', {
    message: `${displayPath(file)} was recorded of ${service} ${version}, and those of ${wanted.service} ${wanted.version} are wanted.`,
    details: { file, recorded: { service, version }, wanted },
  })
}
