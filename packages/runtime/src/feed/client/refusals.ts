import { FreeholdError } from '@freehold/manifest/errors'
import { otherLife, wasArchived } from '../names.js'

/** The members of a problem document that are looked at. */
interface Problem {
  readonly type?: unknown
  readonly detail?: unknown
  readonly [extension: string]: unknown
}

/** What a feed sends that is none of its pages. */
export function unreadable(source: string, reason: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_UNREADABLE', {
    message: `What the feed of "${source}" sent cannot be read: ${reason}.`,
    details: { source, reason },
    cause,
  })
}

/** A feed that cannot be reached now. */
export function unavailable(
  source: string,
  reason: string,
  { retryAfterMs, cause }: { retryAfterMs?: number | undefined; cause?: unknown } = {},
): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_UNAVAILABLE', {
    message: `The feed of "${source}" cannot be read now: ${reason}.`,
    details: { source, reason, ...(retryAfterMs !== undefined && { retryAfterMs }) },
    cause,
  })
}

/** A consumer that is not let in. */
export function refused(
  source: string,
  detail: string,
  details: Record<string, unknown> = {},
): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_REFUSED', {
    message: `"${source}" does not let this service read its events. ${detail}`,
    details: { source, ...details },
  })
}

/** The error for an answer that is no page. */
export function errorOf(source: string, { status, headers }: Response, body: string): FreeholdError {
  const problem = problemIn(body)
  const detail =
    typeof problem.detail === 'string' ? problem.detail.slice(0, 1_000) : `It answered ${status}.`
  if (status === 401 || status === 403) return refused(source, detail, { status })
  if (status === 409 && problem.type === `urn:problem-type:${otherLife}`)
    return forked(source, detail, problem)
  if (status === 410 && problem.type === `urn:problem-type:${wasArchived}`)
    return archivedThere(source, detail, problem)
  if (status === 429 || status >= 500)
    return unavailable(source, `it answered ${status}`, { retryAfterMs: retryAfterMs(headers) })
  return unreadable(source, `it answered ${status}. ${detail}`)
}

function forked(source: string, detail: string, problem: Problem): FreeholdError {
  const { forkPosition, head, epochs, reason } = problem
  return new FreeholdError('FREEHOLD_EVENTS_CURSOR_FORKED', {
    message: `The cursor does not fit the log of "${source}". ${detail}`,
    details: {
      source,
      reason,
      head,
      epochs,
      ...(typeof forkPosition === 'number' && Number.isSafeInteger(forkPosition) && { forkPosition }),
    },
  })
}

function archivedThere(source: string, detail: string, { firstPosition }: Problem): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_ARCHIVED', {
    message: `"${source}" has not got all that comes after the cursor. ${detail}`,
    details: { source, ...(Number.isSafeInteger(firstPosition) && { firstPosition }) },
  })
}

function problemIn(body: string): Problem {
  try {
    const json: unknown = JSON.parse(body)
    return typeof json === 'object' && json !== null ? (json as Problem) : {}
  } catch {
    return {}
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const ms = /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
