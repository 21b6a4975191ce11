import {
  DiscardPolicy,
  JetStreamApiError,
  JetStreamApiCodes,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StoredMsg,
  type StreamInfo,
} from '@nats-io/jetstream'
import { natsSubjects } from '@freehold/manifest'
import { nanos } from '@nats-io/transport-node'
import type { Cursor } from '../events/index.js'
import { streamForked } from './broker-errors.js'
import { natsHeaders } from './names.js'

/** How a stream is kept. */
export interface StreamOptions {
  /** On how many servers of a cluster: 1, 3 or 5. */
  readonly replicas: number
  /** The most bytes; -1 for no limit. A full stream takes nothing more, and loses nothing. */
  readonly maxBytes: number
}

/** How long the server knows the ids of messages. What comes later is kept out by the sequence it expects. */
const duplicateWindowMs = 120_000

/**
 * Makes the stream of a service, or brings its limits up to date. Nothing can be deleted in the middle of it, so that
 * the sequence of a message is its position in the log.
 */
export async function ensureStream(
  manager: JetStreamManager,
  name: string,
  prefix: string,
  service: string,
  { replicas, maxBytes }: StreamOptions,
): Promise<StreamInfo> {
  const limits = { num_replicas: replicas, max_bytes: maxBytes }
  const known = await streamInfo(manager, name)
  if (known === undefined)
    return manager.streams.add({
      name,
      description: `The events of the service "${service}", by position`,
      subjects: [natsSubjects(service, prefix)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      duplicate_window: nanos(duplicateWindowMs),
      deny_delete: true,
      deny_purge: true,
      ...limits,
    })
  const { config } = known
  if (config.num_replicas === replicas && config.max_bytes === maxBytes) return known
  return manager.streams.update(name, limits)
}

/** What the server says of a stream; undefined when there is none. */
export async function streamInfo(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound)
      return undefined
    throw error
  }
}

/**
 * The place that a message of a stream says it has.
 *
 * @throws FreeholdError `FREEHOLD_EVENTS_STREAM_FORKED` when it is missing or was not written by a publisher of ours.
 */
export async function placeInStream(
  manager: JetStreamManager,
  name: string,
  position: number,
): Promise<Cursor> {
  const message: StoredMsg | null = await manager.streams.getMessage(name, { seq: position })
  const { epoch, segment, position: place } = natsHeaders
  const written = message?.header
  if (written?.get(place) !== String(position) || !written.has(segment) || !written.has(epoch))
    throw streamForked(
      `its message ${position} ${message === null ? 'is missing' : 'was not written by a publisher of Freehold'}`,
      { stream: name, position, reason: message === null ? 'missing' : 'foreign' },
    )
  return { position, segment: written.get(segment), epoch: written.get(epoch) }
}
