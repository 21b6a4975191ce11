import { fromCloudEvent, type Cursor, type Delivered } from '../../events/index.js'
import { isUuid } from '../../events/text-forms.js'
import { feedHeaders } from '../names.js'
import { unreadable } from './refusals.js'

/** A page as it came. */
export interface ReceivedPage {
  readonly events: readonly Delivered[]
  readonly cursor: Cursor
  /** The last position that is sealed; undefined on a page that may have been kept somewhere. */
  readonly head: number | undefined
  /** Stands for the types that it was made for. */
  readonly types: string
}

/** What was asked for. */
export interface AskedPage {
  readonly source: string
  readonly after: number
  readonly limit: number
}

/**
 * Reads a page strictly: its positions rise from the cursor, no event is another service's, and the cursor behind it
 * fits them.
 *
 * @throws FreeholdError `FREEHOLD_EVENTS_UNREADABLE`
 */
export function pageIn(headers: Headers, body: unknown, asked: AskedPage): ReceivedPage {
  const { source, after, limit } = asked
  if (!Array.isArray(body)) throw unreadable(source, 'it is no list')
  if (body.length > limit) throw unreadable(source, `${body.length} events came, and ${limit} were asked for`)
  const events = (body as unknown[]).map(fromCloudEvent)
  let before = after
  for (const event of events) {
    if (event.source !== source) throw unreadable(source, `an event is of "${event.source}"`)
    if (event.position <= before)
      throw unreadable(source, `position ${event.position} comes after position ${before}`)
    before = event.position
  }
  const cursor = cursorIn(headers, source)
  if (cursor.position < before)
    throw unreadable(source, `its cursor is at ${cursor.position}, and was at ${before} before`)
  const last = events.at(-1)
  if (last?.position === cursor.position && last.segment.toLowerCase() !== cursor.segment)
    throw unreadable(source, 'its cursor is in another segment than its last event')
  const types = headers.get(feedHeaders.types)
  if (types === null) throw unreadable(source, `${feedHeaders.types} is missing`)
  const head = headers.has(feedHeaders.head) ? position(headers, feedHeaders.head, source) : undefined
  if (head !== undefined && head < cursor.position)
    throw unreadable(source, 'its cursor is behind the end of the log')
  return { events, cursor, head, types }
}

function cursorIn(headers: Headers, source: string): Cursor {
  const at = position(headers, feedHeaders.position, source)
  const epoch = uuid(headers, feedHeaders.epoch, source)
  if (at === 0) return { position: 0, segment: null, epoch }
  const segment = uuid(headers, feedHeaders.segment, source)
  if (segment === null || epoch === null) throw unreadable(source, 'its cursor has no segment or no epoch')
  return { position: at, segment, epoch }
}

function position(headers: Headers, name: string, source: string): number {
  const value = headers.get(name) ?? ''
  if (/^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value)
  throw unreadable(source, `${name} is no position`)
}

function uuid(headers: Headers, name: string, source: string): string | null {
  const value = headers.get(name)
  if (value !== null && !isUuid(value)) throw unreadable(source, `${name} is no UUID`)
  return value?.toLowerCase() ?? null
}
