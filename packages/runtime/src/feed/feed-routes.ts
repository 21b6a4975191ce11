import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify'
import type { Queryable } from '../database/index.js'
import { sealedEvents } from '../events/index.js'
import type { ServiceVerifier } from '../identity/index.js'
import type { Sealer } from '../sealing/index.js'
import { answerable } from './archived-problem.js'
import { batchText, sendOpen, sendStable } from './answer.js'
import { callerOf, type Caller } from './caller.js'
import { feedPages } from './feed-page.js'
import { feedQuery } from './feed-query.js'
import { keysRoute } from './keys-route.js'
import { LongPolls, stopping } from './long-polls.js'
import { feedHeaders } from './names.js'
import { placeReader } from './place.js'
import { readersOf } from './readers.js'
import { segmentSender } from './segment-route.js'

/** What a feed is made of. */
export interface FeedOptions {
  /** The service whose events they are, as the manifest names it. */
  readonly service: string
  /** Its log of kind `events`. */
  readonly log: string
  /**
   * Its database: who may read what is in it, as `freehold apply` wrote it from the manifest. Where it was connected with
   * `keys`, consumers get those of the personal events that they may read.
   */
  readonly db: Queryable
  /** Wakes those who wait. */
  readonly sealer: Pick<Sealer, 'sealedBeyond' | 'state'>
  /** Knows the services by their tokens. */
  readonly verifier: ServiceVerifier
  /** How many requests of one consumer may wait for events at a time; 32 when absent. */
  readonly longPolls?: number
}

const defaultLongPolls = 32

/**
 * Adds the feed of a service's events to its application (of `createServiceApp`), for the services that its manifest
 * names as consumers, each with a token for this service:
 *
 * - `GET /events?after=&limit=&wait=&epoch=&segment=&types=`: events after a cursor, as a batch of CloudEvents. It waits
 *   `wait` seconds, 30 at most, for the first. A page ends after `limit` events, 1000 at most, or at 1 MiB.
 * - `GET /events/head`: how far the log is sealed, and which types the asking service may have.
 * - `GET /segments/<number>`: a sealed segment.
 * - `POST /keys` with `{ keys: [{ subject, purpose }] }`, 1000 at most: the keys that open what is personal in the events,
 *   `{ keys: [{ key } | { erased: true } | null] }` in the same order; 403 for the purpose of events that the asking service
 *   may not read. It is there when `db` has keys.
 *
 * A full page never changes, and may be kept for ever, when its URL names the cursor's `epoch` and `segment`, and
 * `types` as the header `freehold-types` told them. Whatever else is answered is not to be stored.
 *
 * A service without a good token gets 401, one that consumes nothing 403, a cursor of another life of the log 409, one
 * before what was archived 410, a query that makes no sense 400, too many waiting requests 429; and 503 while it stops, which ends all waiting.
 */
export function feedRoutes(app: FastifyInstance, options: FeedOptions): void {
  const { service, log, db, sealer, verifier, longPolls = defaultLongPolls } = options
  const polls = new LongPolls(sealer, log, longPolls)
  const readers = readersOf(service, db)
  const pages = feedPages(service, log, db, polls)
  const placeAt = placeReader(service, log)
  const sealed = sealedEvents(service, log)
  const sendSegment = segmentSender(service, log, db)
  async function entered(request: FastifyRequest): Promise<Caller> {
    if (polls.hasStopped || app.lifecycle.stopping) throw stopping()
    return callerOf(request, service, verifier, readers)
  }

  void app.register(async (scope) => {
    const schema: FastifySchema & { hide: boolean } = { hide: true }
    scope.addHook('preClose', async () => polls.stop())
    scope.get('/events', { schema }, async (request, reply) => {
      const asking = await entered(request)
      const query = feedQuery(request.query as Record<string, unknown>)
      const page = await pages(asking, query, request.signal).catch((error: unknown) => {
        throw answerable(error)
      })
      const { epoch, segment } = page
      void reply.header(feedHeaders.position, String(page.position))
      void reply.header(feedHeaders.types, asking.visible.digest)
      if (epoch !== undefined) void reply.header(feedHeaders.epoch, epoch)
      if (segment !== undefined) void reply.header(feedHeaders.segment, segment)
      const text = batchText(service, page.events)
      const isNamed = query.epoch === epoch && (query.after === 0 || query.segment !== undefined)
      if (page.isFull && isNamed && query.types === asking.visible.digest)
        return sendStable(request, reply, text)
      void reply.header(feedHeaders.head, String(page.head))
      return sendOpen(request, reply, text)
    })

    scope.get('/events/head', { schema }, async (request, reply) => {
      const { visible } = await entered(request)
      const { head, epoch } = await placeAt(db, 0)
      const segment = await sealed.segmentAt(db, head)
      void reply.header('cache-control', 'no-store').header(feedHeaders.types, visible.digest)
      return {
        position: head,
        epoch: epoch ?? null,
        segment: segment ?? null,
        sealLagMs: sealer.state(log).lagMs,
        types: visible.types,
      }
    })

    if (db.keys !== undefined) keysRoute(scope, db.keys, service, entered)

    scope.get('/segments/:number', { schema }, async (request, reply) =>
      sendSegment(await entered(request), request, reply),
    )
  })
}
