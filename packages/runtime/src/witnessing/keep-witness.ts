import { checkpointSigned, witnessLogOf, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { startConsumer, type Consumer } from '../consumers/index.js'
import type { Database } from '../database/index.js'
import type { EventTransport } from '../events/index.js'
import { immutableLog } from '../logs/index.js'
import { heardCheckpoint, type HeardCheckpoint } from './heard-checkpoint.js'

/** Whose checkpoints are kept, and by whom. */
export interface WitnessOptions {
  /** The service that keeps them, in its log of kind `witness`. */
  readonly service: Service
  /** The service that tells them. */
  readonly source: string
  /** The database of the one that keeps them, with two connections at least. */
  readonly db: Database
  readonly transport: EventTransport
  /** Hears of everything that failed and is tried again, and of what was told and is no checkpoint of the source. */
  readonly onError?: (error: unknown) => void
}

/**
 * Begins to keep the checkpoints that another service tells, so that nobody can make its logs anew without their saying so.
 * What it tells of anything else than its own logs is not kept. Signatures are looked at when somebody verifies.
 *
 * @throws FreeholdError `FREEHOLD_WITNESS_LOG_MISSING` when the service has no log for them, `FREEHOLD_CONSUMER_INVALID`
 *   when it has not declared that it consumes them.
 */
export function keepWitness({
  service,
  source,
  db,
  transport,
  onError = () => undefined,
}: WitnessOptions): Consumer {
  const table = witnessLogOf(service)
  if (table === undefined)
    throw new FreeholdError('FREEHOLD_WITNESS_LOG_MISSING', {
      message: `The service "${service.name}" has no log for the checkpoints of "${source}".`,
      details: { service: service.name, source },
    })
  const log = immutableLog<HeardCheckpoint>(service, table, {
    columns: ['source', 'log', 'kind', 'size', 'position', 'note'],
  })
  return startConsumer({
    service,
    name: 'witness',
    source,
    transport,
    db,
    types: [checkpointSigned(source).type],
    // In one lane, its rows become visible in their order: whoever verifies reads on from the last one.
    lanes: 1,
    apply: async (tx, events) => {
      const heard = events.flatMap((event) => {
        try {
          return [heardCheckpoint(source, event)]
        } catch (error) {
          // It must not keep out what comes after it, as an event does that is parked.
          onError(error)
          return []
        }
      })
      await log.append(tx, heard)
    },
    onError,
    // Of a log that was restored or copied it must be told all the more. What was kept stays.
    onFork: 'replay',
    onForked: onError,
  })
}
