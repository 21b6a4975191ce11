import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from '../migrations/display-path.js'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { apiDocument } from '../contracts/api/document.js'

const patienceMs = 10_000

/** Whether a document is served, and not a file. */
export function isUrl(from: string): boolean {
  return /^https?:/.test(from)
}

/** The document in the folder of a service, where there is one. */
export function openapiBeside(folder: string): string | undefined {
  const beside = join(folder, 'openapi.json')
  return existsSync(beside) ? beside : undefined
}

/** How a document is called in what people read. */
export function openapiName(from: string): string {
  return isUrl(from) ? from : displayPath(from)
}

/**
 * Reads the OpenAPI document of a service. Where it is served from is left out: that is of the machine.
 *
 * @param from - A file, or the URL that a running service serves it at.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` when it cannot be had, or is no OpenAPI document of version 3.
 */
export async function readOpenapi(from: string): Promise<Readonly<Record<string, unknown>>> {
  const name = openapiName(from)
  const said = await (isUrl(from) ? fetched(from) : readFile(from, 'utf8'))
    .then((text) => JSON.parse(text) as unknown)
    .catch((cause: unknown) => {
      throw new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', {
        message: `The OpenAPI document ${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
        details: { from },
        cause,
      })
    })
  const { servers: _servers, ...document } = apiDocument(said, name).root
  return document
}

async function fetched(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
  if (response.ok) return response.text()
  throw new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', {
    message: `${url} answers ${response.status}`,
    details: { url, status: response.status },
  })
}
