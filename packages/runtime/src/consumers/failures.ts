import { isFreeholdError, type ErrorCode } from '@freehold/manifest/errors'

/**
 * What is to be done about an error: `fenced`, look at the lanes anew; `unavailable`, wait and try again, all of it;
 * `collision`, the same for the lane that it befell; `timeout`, the same as long as others may be to blame; `fault`, the
 * event cannot be handled as it is.
 */
export type Failure = 'fenced' | 'unavailable' | 'collision' | 'timeout' | 'fault'

const kinds: Partial<Record<ErrorCode, Failure>> = {
  FREEHOLD_CONSUMER_FENCED: 'fenced',
  FREEHOLD_PROJECTION_MOVED: 'fenced',
  FREEHOLD_PROJECTION_SIDE_EFFECT: 'unavailable',
  FREEHOLD_CONSUMER_UNRECORDED: 'unavailable',
  FREEHOLD_DATABASE_UNAVAILABLE: 'unavailable',
  FREEHOLD_OUTCOME_UNKNOWN: 'unavailable',
  FREEHOLD_CREDENTIALS_REFUSED: 'unavailable',
  FREEHOLD_CONNECTION_STRING_UNREADABLE: 'unavailable',
  FREEHOLD_KEY_STORE_MISSING: 'unavailable',
  FREEHOLD_KEY_STORE_UNAVAILABLE: 'unavailable',
  FREEHOLD_KEY_STORE_UNREADABLE: 'unavailable',
  FREEHOLD_SERIALIZATION_FAILURE: 'collision',
  FREEHOLD_STATEMENT_TIMEOUT: 'timeout',
}

/** What an error of the transaction of an effect means. */
export function failureKind(error: unknown): Failure {
  if (isFreeholdError(error)) return kinds[error.code] ?? 'fault'
  return sqlStateOf(error) === lockNotAvailable ? 'timeout' : 'fault'
}

/** Of lock_timeout, and of NOWAIT. */
const lockNotAvailable = '55P03'

function sqlStateOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** How long to wait before another try. */
export interface Backoff {
  /** In milliseconds; doubled with each try. */
  readonly firstMs: number
  /** The longest wait, in milliseconds. */
  readonly mostMs: number
}

/**
 * Half of the wait is certain and half of it is chance, so that those who failed together do not come back together.
 *
 * @param tries - How often it has failed: 1 or more.
 * @returns Milliseconds.
 */
export function waitMs({ firstMs, mostMs }: Backoff, tries: number): number {
  const whole = Math.min(mostMs, firstMs * 2 ** (tries - 1))
  return whole / 2 + (Math.random() * whole) / 2
}

/**
 * The same of an event with something personal in it, which a database or a handler may have quoted: it is not known where
 * such a text would have to be forgotten. What Freehold says of its own opening quotes nothing.
 */
export function textOfPersonal(error: unknown): string {
  if (isFreeholdError(error, 'FREEHOLD_PERSONAL_UNREADABLE')) return textOf(error)
  if (isFreeholdError(error, 'FREEHOLD_PERSONAL_SUBJECT_MISSING')) return textOf(error)
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : ''
  const name = error instanceof Error ? error.name : 'Something that is no error'
  return textOf(
    `${name}${code}. The event is personal: what was said of it is told to onError, and not kept.`,
  )
}

/** What an error says, for whoever looks at what is parked. */
export function textOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const code = isFreeholdError(error) ? `${error.code}: ` : ''
  // PostgreSQL's text has no NUL and no half of a surrogate pair, and nobody reads more than this.
  return Buffer.from((code + text).replaceAll('\0', '').slice(0, 4_000)).toString()
}
