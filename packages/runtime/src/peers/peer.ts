import { setTimeout as sleep } from 'node:timers/promises'
import { isFreeholdError } from '@freehold/manifest/errors'
import { boundedText, TooLarge } from '../feed/client/bounded-text.js'
import { gateBefore, type Gate } from './gate.js'
import { unavailablePeer, unreadablePeer } from './refusals.js'

/** Another service, whose data is read through its API. */
export interface Peer {
  /** Its name, for errors and for whoever is told what is missing. */
  readonly name: string
  /**
   * Reads something as JSON. Where the connection fails it is tried once more, after a random pause; whatever happens,
   * it is over within the deadline. After failures in a row the service is not asked for a while.
   *
   * @param path - With its query, from the root of the service.
   * @throws FreeholdError `FREEHOLD_PEER_UNAVAILABLE`; `FREEHOLD_PEER_UNREADABLE` when it sends no JSON, or too much.
   */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<PeerAnswer>
}

/** What a service answered, when that is no error of its own: the status is less than 500. */
export interface PeerAnswer {
  readonly status: number
  readonly body: unknown
}

/** Which service is asked, and how long. */
export interface PeerOptions {
  readonly name: string
  /** Where it is; without it, it is always unavailable. */
  readonly url: string | undefined
  /** Until an answer is through, with all that is tried for it, in milliseconds; 2,000 when absent. */
  readonly deadlineMs?: number
  /** The most bytes of an answer; 4 MiB when absent. */
  readonly mostBytes?: number
  /** Lets requests through, or not; 5 failures in a row close one of our own. */
  readonly gate?: Gate
}

/** Before it is tried once more: at least so long, and up to twice as long, in milliseconds. */
const pauseMs = 50

/** A service that is asked over HTTP. */
export function peer(options: PeerOptions): Peer {
  const { name, url, deadlineMs = 2_000, mostBytes = 4 * 1_024 * 1_024 } = options
  const { gate = gateBefore({ inFlight: 64, failures: 5 }) } = options

  async function ask(target: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    if (gate.enter() !== 'open') throw unavailablePeer(name, 'it failed before, or too much is asked of it')
    let hasAnswered = false
    try {
      // What a caller may read is for the service that was asked, and for nobody to whom it might send us on.
      const response = await fetch(target, { headers, redirect: 'error', signal })
      const text = await boundedText(response, mostBytes)
      hasAnswered = true
      return { status: response.status, text }
    } finally {
      gate.leave(hasAnswered)
    }
  }

  return {
    name,
    async get(path, headers = {}) {
      if (url === undefined) throw unavailablePeer(name, 'nobody has said where it is')
      const target = new URL(path, url)
      const deadline = AbortSignal.timeout(deadlineMs)
      const answer = await ask(target, headers, deadline)
        .catch(async (error: unknown) => {
          if (deadline.aborted || !isOfConnection(error)) throw error
          await sleep(pauseMs * (1 + Math.random()), undefined, { signal: deadline })
          return ask(target, headers, deadline)
        })
        .catch((error: unknown) => {
          throw failureOf(name, deadline.aborted, error)
        })
      if (answer.status >= 500) throw unavailablePeer(name, `it answered ${answer.status}`)
      return { status: answer.status, body: parsed(name, answer.text) }
    },
  }
}

/** Fetch says everything with a TypeError, and why in its cause. */
function isOfConnection(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined
}

function failureOf(name: string, isLate: boolean, error: unknown): unknown {
  if (isFreeholdError(error)) return error
  if (isLate) return unavailablePeer(name, 'it did not answer in time', error)
  if (error instanceof TooLarge) return unreadablePeer(name, `it is ${error.message}`, error)
  if (isOfConnection(error)) return unavailablePeer(name, 'the connection failed', error)
  return unreadablePeer(name, 'it is no text in UTF-8', error)
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadablePeer(name, 'it is no JSON', cause)
  }
}
