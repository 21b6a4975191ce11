import { isFreeholdError } from '@freehold/manifest/errors'
import type { Cursor } from '../../events/index.js'
import type { ServiceIdentity } from '../../identity/index.js'
import { batchType } from '../names.js'
import { boundedText, TooLarge } from './bounded-text.js'
import { standIn, type Standing } from './standing.js'
import { pageIn, type ReceivedPage } from './received-page.js'
import { errorOf, unavailable, unreadable } from './refusals.js'

/** Who asks whom. */
export interface FeedClientOptions {
  readonly identity: ServiceIdentity
  readonly source: string
  /** Where the feed is. */
  readonly url: string
  /** How long an answer may take, beside the waiting for events, in milliseconds. */
  readonly timeoutMs: number
}

/** Names of this machine: between two of its processes, compressing takes longer than sending. */
const thisMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const mostBytes = 16 * 1_024 * 1_024
const mostProblemBytes = 65_536

/** Asks one feed, one question at a time, and believes nothing that it answers. */
export class FeedClient {
  readonly #options: FeedClientOptions
  readonly #base: URL
  readonly #encoding: 'identity' | 'gzip'

  constructor(options: FeedClientOptions) {
    this.#options = options
    this.#base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`)
    this.#encoding = thisMachine.test(this.#base.hostname) ? 'identity' : 'gzip'
  }

  /** A page after a cursor. `types`: what stands for the types that the feed lets this service have. */
  async page(
    after: Cursor,
    asked: { limit: number; waitMs: number; types: string | undefined; signal: AbortSignal },
  ): Promise<ReceivedPage> {
    const { limit, waitMs, types, signal } = asked
    const query = new URLSearchParams({ after: String(after.position), limit: String(limit) })
    if (waitMs > 0) query.set('wait', (waitMs / 1_000).toFixed(3))
    if (after.epoch !== null) query.set('epoch', after.epoch)
    if (after.segment !== null) query.set('segment', after.segment)
    if (types !== undefined) query.set('types', types)
    const { headers, body } = await this.#ask(`events?${query.toString()}`, batchType, waitMs, signal)
    return pageIn(headers, body, { source: this.#options.source, after: after.position, limit })
  }

  /** How far the log is sealed, and what of it this service may have. */
  async standing(signal: AbortSignal): Promise<Standing> {
    const { headers, body } = await this.#ask('events/head', 'application/json', 0, signal)
    return standIn(headers, body, this.#options.source)
  }

  async #ask(
    path: string,
    type: string,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<{ headers: Headers; body: unknown }> {
    const { identity, source, timeoutMs } = this.#options
    const token = await identity.tokenFor(source)
    try {
      const response = await fetch(new URL(path, this.#base), {
        headers: { authorization: `Bearer ${token}`, accept: type, 'accept-encoding': this.#encoding },
        // A token is for the service that was asked, and for nobody to whom it might send us on.
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(waitMs + timeoutMs))]),
      })
      if (response.status !== 200)
        throw errorOf(source, response, await boundedText(response, mostProblemBytes).catch(() => ''))
      const sent = response.headers.get('content-type') ?? 'nothing'
      if (sent.split(';', 1)[0]?.trim().toLowerCase() !== type) {
        await response.body?.cancel()
        throw unreadable(source, `it is ${sent.slice(0, 100)}, not ${type}`)
      }
      return { headers: response.headers, body: parsed(source, await boundedText(response, mostBytes)) }
    } catch (error) {
      if (isFreeholdError(error)) throw error
      throw failure(source, error)
    }
  }
}

function parsed(source: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(source, 'it is no JSON', error)
  }
}

/** What a request that failed means. Fetch says everything with a TypeError, and why in its cause. */
function failure(source: string, error: unknown): unknown {
  if (error instanceof TooLarge) return unreadable(source, `it is ${error.message}`, error)
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined)
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return unreadable(source, 'it is not UTF-8', error)
  if (code?.startsWith('Z_')) return unreadable(source, 'it cannot be decompressed', error)
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return unavailable(source, 'it did not answer in time', { cause: error })
  const isOfFetch = error instanceof TypeError || error instanceof DOMException
  if (!isOfFetch) return error
  return unavailable(
    source,
    code === undefined ? 'the connection failed' : `the connection failed, ${code}`,
    {
      cause: error,
    },
  )
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
