import { AckPolicy, DeliverPolicy, type JetStreamManager } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import { natsSubject, natsSubjects } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import type { Cursor, SubscriptionOptions } from '../events/index.js'
import { unavailable } from './broker-errors.js'
import { subscriptionName } from './names.js'
import type { ServerConsumer } from './pulls.js'
import { placeInStream, streamInfo } from './stream.js'

/** How long the server keeps what is asked for no more: of a process that was killed. */
const forgottenMs = 300_000
/** Nothing is sent again to the same subscription: a new one begins behind its cursor. */
const neverMs = 86_400_000

/** What a place in a stream is looked at with. */
export interface Looking {
  readonly manager: JetStreamManager
  readonly prefix: string
  readonly stream: string
  /** How many events may be without their effect. */
  readonly mostUnacknowledged: number
}

/**
 * Sees that a cursor is one of the stream, and has the server bring what is behind it.
 *
 * @returns The position at which the stream ends, when that is before the cursor.
 * @throws FreeholdError `FREEHOLD_EVENTS_CURSOR_FORKED`, or `FREEHOLD_EVENTS_UNAVAILABLE` when there is no stream.
 */
export async function beginBehind(
  looking: Looking,
  options: SubscriptionOptions,
  cursor: Cursor,
): Promise<ServerConsumer | { readonly endsAt: number }> {
  const { manager, stream } = looking
  const info = await streamInfo(manager, stream)
  if (info === undefined) throw unavailable(`there is no stream "${stream}"; its publisher begins it`)
  const { first_seq: first, last_seq: last, num_deleted: deleted } = info.state
  if (cursor.position > last) return { endsAt: last }
  if (deleted > 0 || (last > 0 && first > cursor.position + 1))
    throw cursorForked(stream, cursor, 'gap', `events behind it are no longer in the stream`)
  const consumer = await begin(looking, options, cursor)
  // Looked at afterwards: were the stream replaced meanwhile, the consumer would be gone with it.
  await requireSamePlace(looking, cursor).catch(async (error: unknown) => {
    await forget(manager, consumer)
    throw error
  })
  return consumer
}

/** The error of a cursor that is not of a stream. A stream cannot say where the lives part, so neither does this. */
export function cursorForked(
  stream: string,
  cursor: Cursor,
  reason: string,
  what: string,
  known: { readonly head?: number } = {},
): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENTS_CURSOR_FORKED', {
    message: `The cursor at position ${cursor.position} does not fit the stream "${stream}": ${what}.`,
    details: { stream, position: cursor.position, reason, ...known },
  })
}

/** Has the server forget a subscription at once; it would do so by itself after a while. */
export async function forget(manager: JetStreamManager, { stream, name }: ServerConsumer): Promise<void> {
  // Nothing depends on it, and the server that cannot be reached forgets it by itself.
  await manager.consumers.delete(stream, name).catch(() => false)
}

async function begin(
  { manager, prefix, stream, mostUnacknowledged }: Looking,
  { consumer, source, types }: SubscriptionOptions,
  cursor: Cursor,
): Promise<ServerConsumer> {
  const name = subscriptionName(consumer)
  const [only, ...others] = types
  const isWhole = only === undefined || others.length > 0
  await manager.consumers.add(stream, {
    name,
    durable_name: name,
    description: consumer,
    ack_policy: AckPolicy.All,
    ack_wait: nanos(neverMs),
    max_ack_pending: mostUnacknowledged,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: cursor.position + 1,
    filter_subject: isWhole ? natsSubjects(source, prefix) : natsSubject(only, prefix),
    inactive_threshold: nanos(forgottenMs),
    // What lasts is the cursor in the consumer's database. A server that is lost with this is made up for at once.
    num_replicas: 1,
    mem_storage: true,
  })
  return { stream, name, isWhole, after: cursor.position }
}

async function requireSamePlace({ manager, stream }: Looking, cursor: Cursor): Promise<void> {
  if (cursor.position === 0 || cursor.segment === null) return
  const place = await placeInStream(manager, stream, cursor.position).catch((error: unknown) => {
    if (!isFreeholdError(error)) throw error
    throw cursorForked(stream, cursor, 'other-segment', 'there is no event of the log')
  })
  if (place.segment !== cursor.segment)
    throw cursorForked(stream, cursor, 'other-segment', 'that position is in another segment there')
}
