import { resolve } from 'node:path'
import { isUrl } from '../releases/openapi.js'
import { usage } from './usage.js'

/**
 * What `--openapi notes=http://localhost:8083/openapi.json` says, by service: a URL, or the path of a file.
 *
 * @throws FreeholdError `FREEHOLD_CLI_USAGE` where one names no service.
 */
export function openapiByService(given: readonly string[], cwd: string): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const [, service, where] = /^([a-z][a-z0-9_]*)=(.+)$/.exec(each) ?? []
      if (service === undefined || where === undefined)
        throw usage(`--openapi ${each} names no service: it takes <service>=<file or URL>.`)
      return [service, isUrl(where) ? where : resolve(cwd, where)]
    }),
  )
}
