import { setTimeout as sleep } from 'node:timers/promises'
import type { Service } from '@freehold/manifest'
import type { Database } from '../database/index.js'
import { CheckpointTeller } from './checkpoint-teller.js'

/** Tells the others how far the logs of a service go. */
export interface CheckpointPublisher {
  /** Tells once more, and then no more. Never rejects. */
  stop(): Promise<void>
}

/** How checkpoints are told. */
export interface PublishingOptions {
  /** How often it is looked for new ones, in milliseconds; 10,000 when absent. What is older than that, others know. */
  readonly everyMs?: number
  /** Hears of what could not be told. It is tried again. */
  readonly onError?: (error: unknown) => void
}

/**
 * Begins to tell the last signed checkpoint of each log of a service, as events, whenever something of its own was added
 * to one. Several processes of a service may: what one has told the others find in the log of events.
 *
 * @param service - Its part of the manifest, with `checkpointSigned` among what it publishes.
 * @param db - Its database.
 * @throws FreeholdError `FREEHOLD_EVENT_LOG_MISSING` when it has no log of events, `FREEHOLD_EVENT_NOT_PUBLISHED` when it
 *   does not publish its checkpoints.
 */
export function publishCheckpoints(
  service: Service,
  db: Database,
  { everyMs = 10_000, onError = () => undefined }: PublishingOptions = {},
): CheckpointPublisher {
  const teller = new CheckpointTeller(service, db, onError)
  const halt = new AbortController()
  const telling = tellAgain(halt.signal)

  async function tellAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await tell()
      await sleep(everyMs, undefined, { signal }).catch(() => undefined)
    }
    await tell()
  }

  async function tell(): Promise<void> {
    try {
      await teller.tell()
    } catch (error) {
      onError(error)
    }
  }

  return {
    stop() {
      halt.abort()
      return telling
    },
  }
}
