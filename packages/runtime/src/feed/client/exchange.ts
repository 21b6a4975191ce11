import { isFreeholdError } from '@freehold/manifest/errors'
import type { ServiceIdentity } from '../../identity/index.js'
import { boundedText, TooLarge } from './bounded-text.js'
import { errorOf, unavailable, unreadable } from './refusals.js'

/** Who asks whom. */
export interface ExchangeOptions {
  readonly identity: ServiceIdentity
  readonly source: string
  /** Where the feed is. */
  readonly url: string
  /** How long an answer may take, beside the waiting for events, in milliseconds. */
  readonly timeoutMs: number
}

/** A question to a feed. */
export interface Question {
  readonly path: string
  /** What the answer is to be. */
  readonly type: string
  /** How long the feed may wait before it answers, in milliseconds. */
  readonly waitMs?: number
  /** What is sent, as JSON; a question without it asks for something that is there. */
  readonly body?: object
  readonly signal?: AbortSignal
}

/** What was answered. */
export interface Answer {
  readonly headers: Headers
  readonly body: unknown
}

/** Names of this machine: between two of its processes, compressing takes longer than sending. */
const thisMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

const mostBytes = 16 * 1_024 * 1_024
const mostProblemBytes = 65_536

/** Asks one feed, and believes nothing that it answers. */
export class Exchange {
  readonly #options: ExchangeOptions
  readonly #base: URL
  readonly #encoding: 'identity' | 'gzip'

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.#base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`)
    this.#encoding = thisMachine.test(this.#base.hostname) ? 'identity' : 'gzip'
  }

  /** @throws FreeholdError as a subscription of `feedTransport` does. */
  async ask({ path, type, waitMs = 0, body, signal }: Question): Promise<Answer> {
    const { identity, source, timeoutMs } = this.#options
    const token = await identity.tokenFor(source)
    const timeout = AbortSignal.timeout(Math.ceil(waitMs + timeoutMs))
    const headers = { authorization: `Bearer ${token}`, accept: type, 'accept-encoding': this.#encoding }
    try {
      const response = await fetch(new URL(path, this.#base), {
        ...(body === undefined
          ? { headers }
          : {
              method: 'POST',
              headers: { ...headers, 'content-type': 'application/json' },
              body: JSON.stringify(body),
            }),
        // A token is for the service that was asked, and for nobody to whom it might send us on.
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
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
  } catch {
    // The parser's own words would quote the text, which may hold a key.
    throw unreadable(source, 'it is no JSON')
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
