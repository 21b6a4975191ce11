import { apiDocument } from '../contracts/api/document.js'
import { openapiBeside, openapiName, readOpenapi } from '../releases/openapi.js'
import type { ApiOfToday } from './check-api.js'
import type { ReleasedVersion } from './released-version.js'

/**
 * The API of a service as it is today: of what is given, of `openapi.json` in its folder, or of the release of this very
 * version.
 *
 * @param given - A path, or a URL.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` when it cannot be had, or is no OpenAPI document of version 3.
 */
export async function apiOfToday(
  folder: string,
  given: string | undefined,
  release: ReleasedVersion | undefined,
): Promise<ApiOfToday | undefined> {
  const from = given ?? openapiBeside(folder)
  if (from !== undefined) {
    const name = openapiName(from)
    return { document: apiDocument(await readOpenapi(from), name), name }
  }
  if (release?.openapi === undefined) return undefined
  const name = `the release ${release.version}`
  return { document: apiDocument(release.openapi, name), name }
}
