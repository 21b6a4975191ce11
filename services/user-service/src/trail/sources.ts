import { unreadablePeer, type Peer } from '@freehold/runtime/peers'
import { isAuditPage, type AuditPage, type AuditTrail } from '@notes/audit-trail'
import { unauthenticated } from '@notes/identity'
import type { TrailService } from './place.js'

/** Who asks for their entries, and what of the request goes along to other services. */
export interface Asker {
  readonly userId: string
  readonly headers: Readonly<Record<string, string>>
}

/** Which entries are asked for. */
export interface Wanted {
  /** Those before this seq; the newest when absent. */
  readonly before: number | undefined
  readonly limit: number
  /** Whether each has its proof with it. */
  readonly areProven: boolean
}

/** Entries of one service. */
export interface TrailSource {
  readonly service: TrailService
  page(asker: Asker, wanted: Wanted): Promise<AuditPage>
}

/** Those of our own log. */
export function ownSource(trail: AuditTrail): TrailSource {
  return { service: 'user', page: ({ userId }, wanted) => trail.page(userId, wanted) }
}

/**
 * Those of another service, which it gives to whoever has the token of whose they are.
 *
 * @param path - Where it has them.
 */
export function sourceAt(service: TrailService, from: Peer, path: string): TrailSource {
  return {
    service,
    async page({ headers }, wanted) {
      const query = new URLSearchParams({
        limit: String(wanted.limit),
        proofs: wanted.areProven ? 'inline' : 'href',
        ...(wanted.before !== undefined && { cursor: String(wanted.before) }),
      })
      const { status, body } = await from.get(`${path}?${query.toString()}`, headers)
      if (status === 401)
        throw unauthenticated('The session of this access token has ended.', 'invalid_token')
      if (status !== 200) throw unreadablePeer(service, `it answered ${status}`)
      if (!isAuditPage(body)) throw unreadablePeer(service, 'it is no page of entries')
      if (!isAnswerTo(body, service, wanted))
        throw unreadablePeer(service, 'it has entries that were not asked for')
      return body
    },
  }
}

/** Whether entries are of the service, before the place that was asked for, in their order, and not too many. */
function isAnswerTo({ items }: AuditPage, service: string, { before = Infinity, limit }: Wanted): boolean {
  let last = before
  for (const entry of items) {
    if (entry.service !== service || entry.seq >= last) return false
    last = entry.seq
  }
  return items.length <= limit
}
