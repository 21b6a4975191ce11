import { isApiDocument, type ApiDocument, type Json } from './document.js'

/** What a service sent in place of its OpenAPI document. */
export class NoApiDocument extends Error {
  /** @param what - What it is instead. */
  constructor(what: string) {
    super(`The service has no OpenAPI document to show: ${what}.`)
    this.name = 'NoApiDocument'
  }
}

/** How a service's document is read. Times in milliseconds. */
export interface ServiceDocumentOptions {
  /** Its address. */
  readonly url: URL
  /** Hears of every failed attempt. */
  readonly onError: (error: unknown) => void
  /** Until an attempt is given up. Default 2000. */
  readonly timeout?: number
  /** How long a document is taken as current. Default 30 000. */
  readonly keep?: number
  /** How long after a failure the next attempt is made. Default 1000. */
  readonly retry?: number
  readonly now?: () => number
}

/**
 * Reads a service's document when it is asked for, keeps it, and goes on showing the last one while the service
 * is down.
 *
 * @returns The document, or undefined as long as none could be read.
 */
export function serviceDocument(options: ServiceDocumentOptions): () => Promise<ApiDocument | undefined> {
  const { url, onError, timeout = 2_000, keep = 30_000, retry = 1_000, now = Date.now } = options
  let document: ApiDocument | undefined
  let nextRead = -Infinity
  let underway: Promise<void> | undefined

  async function read(): Promise<void> {
    try {
      document = await fetchDocument(url, timeout)
      nextRead = now() + keep
    } catch (error) {
      nextRead = now() + retry
      onError(error)
    }
  }

  return async () => {
    if (underway === undefined && now() >= nextRead) underway = read().finally(() => (underway = undefined))
    await underway
    return document
  }
}

async function fetchDocument(url: URL, timeout: number): Promise<ApiDocument> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeout),
    redirect: 'error',
    headers: { accept: 'application/json' },
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new NoApiDocument(`it was answered with ${response.status}`)
  }
  const body = (await response.json()) as Json
  if (!isApiDocument(body)) throw new NoApiDocument('the answer is something else')
  return body
}
