import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { parse } from 'yaml'
import { apiDocument } from '../contracts/api/document/document.js'
import { displayPath } from '../migrations/display-path.js'

const patienceMs = 10_000

/** Whether a document is served, and not a file. */
export function isUrl(from: string): boolean {
  return /^https?:/.test(from)
}

/**
 * The document in the folder of a service, where there is one.
 *
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` where there are several: nobody can tell which is the one.
 */
export function openapiBeside(folder: string): string | undefined {
  const [beside, ...others] = ['openapi.json', 'openapi.yaml', 'openapi.yml']
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
  if (others.length === 0) return beside
  throw new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', {
    message: `${displayPath(folder)} has ${[beside ?? '', ...others].map((path) => basename(path)).join(' and ')}: nobody can tell which of them is the API.`,
    details: { folder },
  })
}

/** How a document is called in what people read. */
export function openapiName(from: string): string {
  return isUrl(from) ? from : displayPath(from)
}

/** An OpenAPI document that was read. */
export interface ReadOpenapi {
  readonly document: Readonly<Record<string, unknown>>
  /** As it was written, in JSON or YAML. */
  readonly text: string
}

/**
 * Reads the OpenAPI document of a service, in JSON or YAML. Where it is served from is left out: that is of the machine.
 *
 * @param from - A file, or the URL that a running service serves it at.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE` when it cannot be had, is no OpenAPI document of version 3, or refers
 *   to what it does not have.
 */
export async function readOpenapi(from: string): Promise<ReadOpenapi> {
  const name = openapiName(from)
  const { text, said } = await (isUrl(from) ? fetched(from) : readFile(from))
    .then((bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    .then((text) => ({ text, said: parsed(text) }))
    .catch((cause: unknown) => {
      throw new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', {
        message: `The OpenAPI document ${name} cannot be read: ${cause instanceof Error ? cause.message.trimEnd() : String(cause)}.`,
        details: { from },
        cause,
      })
    })
  const { servers: _servers, ...document } = apiDocument(said, name).root
  return { document, text }
}

/** JSON is YAML as well, and its own parser is faster by far and says better what is wrong. */
function parsed(text: string): unknown {
  if (text.trimStart().startsWith('{')) return JSON.parse(text)
  const said: unknown = parse(text, { merge: true })
  // An alias can make a document a part of itself, which nothing that is sent is.
  return JSON.parse(JSON.stringify(said ?? null))
}

async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  throw new FreeholdError('FREEHOLD_OPENAPI_UNREADABLE', {
    message: `${url} answers ${response.status}`,
    details: { url, status: response.status },
  })
}
