import { HttpProblem } from '@freehold/runtime/fastify'
import type { ServiceName } from '../settings/addresses.js'

const late: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** No connection came about, so the service cannot have seen the request. */
const unconnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** The code of the error at the bottom: libraries wrap what the socket said. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  if (error.cause instanceof Error) return codeOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

/** Whether a request can be sent again without the risk of doing it twice. */
export function neverArrived(error: unknown): boolean {
  return unconnected.has(codeOf(error))
}

/**
 * What a client hears when a service did not answer: 504 when it was late, 502 when the connection was
 * refused or broke, or what came over it was no HTTP.
 *
 * @param service - Which one.
 * @param error - What the connection threw. Goes to the log, never to the client.
 */
export function unanswered(service: ServiceName, error: unknown): HttpProblem {
  if (late.has(codeOf(error))) {
    const detail = `The ${service} service did not answer in time. Whether it did what was asked is not known.`
    return new HttpProblem(504, { slug: 'service-timeout', title: 'Service too slow', detail, cause: error })
  }
  const detail = `The ${service} service cannot be reached at the moment. Try again shortly.`
  return new HttpProblem(502, {
    slug: 'service-unreachable',
    title: 'Service unreachable',
    detail,
    cause: error,
  })
}

/** What a client hears when the door does not even ask the service. */
export function notAsked(service: ServiceName, why: 'resting' | 'full'): HttpProblem {
  const detail =
    why === 'full'
      ? `Too many requests are under way to the ${service} service. Try again shortly.`
      : `The ${service} service failed many times in a row and is given a moment. Try again shortly.`
  const title = why === 'full' ? 'Service overloaded' : 'Service unavailable'
  return new HttpProblem(503, {
    slug: why === 'full' ? 'service-overloaded' : 'service-unavailable',
    title,
    detail,
    headers: { 'retry-after': '1' },
  })
}
