import { feedHeaders } from '../names.js'
import { unreadable } from './refusals.js'

/** How a consumer stands with a feed. */
export interface Standing {
  /** The last position that is sealed. */
  readonly head: number
  /** The types that it may have. */
  readonly visible: ReadonlySet<string>
  /** What the feed calls just these types. */
  readonly types: string
}

/** @throws FreeholdError `FREEHOLD_EVENTS_UNREADABLE` */
export function standIn(headers: Headers, body: unknown, source: string): Standing {
  const { position, types } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  const digest = headers.get(feedHeaders.types)
  if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0)
    throw unreadable(source, 'the head is no position')
  if (!Array.isArray(types) || !types.every((type) => typeof type === 'string') || digest === null)
    throw unreadable(source, 'it does not say which types there are')
  return { head: position, visible: new Set(types), types: digest }
}
