import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiDocument } from '../contracts/api/document/document.js'
import { isUrl, openapiBeside, openapiName, readOpenapi } from '../releases/openapi.js'
import type { ApiOfToday } from './check-api.js'
import type { ReleasedVersion } from './released-version.js'
import { pathIn } from './run-finding.js'

/**
 * The API of a service as it is today: of what is given, of `openapi.json` or `openapi.yaml` in its folder, or of the release
 * of this very version.
 *
 * @param root - The folder of the configuration.
 * @param folder - That of the service.
 * @param given - A path, or a URL.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` when it cannot be had, or is no OpenAPI document of version 3.
 */
export async function apiOfToday(
  root: string,
  folder: string,
  given: string | undefined,
  release: ReleasedVersion | undefined,
): Promise<ApiOfToday | undefined> {
  const from = given ?? openapiBeside(folder)
  if (from !== undefined) {
    const name = openapiName(from)
    const { document, text } = await readOpenapi(from)
    const source = isUrl(from) ? undefined : { file: pathIn(root, from), text }
    return { document: apiDocument(document, name), name, source }
  }
  if (release?.openapi === undefined) return undefined
  const name = `the release ${release.version}`
  const file = `${release.folder}/openapi.json`
  const source = { file, text: await readFile(join(root, file), 'utf8') }
  return { document: apiDocument(release.openapi, name), name, source }
}
