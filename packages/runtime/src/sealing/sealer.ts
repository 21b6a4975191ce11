import { logsOf, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Queryable } from '../database/index.js'
import { requireTable } from '../statements/require-table.js'
import { LogSealer, type SealState } from './log-sealer.js'
import type { Pace } from './pace.js'

/** Seals the logs of a service. */
export interface Sealer {
  /**
   * Says that something was committed, so that it is sealed at once. Costs nothing; many nudges are one seal.
   * Give it to `connect({ onCommit })`.
   */
  nudge(): void

  /**
   * Waits until more of a log is sealed.
   *
   * @param log - Its name.
   * @param position - The last position that is known already.
   * @param options - `waitMs`: the longest wait, in milliseconds; `signal`: ends it sooner.
   * @returns The last position that is sealed.
   */
  sealedBeyond(
    log: string,
    position: number,
    options: { waitMs: number; signal?: AbortSignal },
  ): Promise<number>

  /** What it has seen of a log, with its seal lag. */
  state(log: string): SealState

  /** Stops after the seal that is going on. Those who wait are told. */
  stop(): Promise<void>
}

/** How a service's logs are sealed. */
export interface SealerOptions {
  /** The logs to seal; all of the service when absent. */
  readonly logs?: readonly string[]
  /** How often logs of events are looked at. */
  readonly events?: Pace
  /** How often other logs are looked at: nobody waits for them. Every second when absent. */
  readonly others?: Pace
  /** Hears of seals that failed. They are tried again. */
  readonly onError?: (error: unknown) => void
}

const seldom: Pace = { gapMs: 1_000, soonestMs: 1_000, seldomMs: 2_000 }

/**
 * Begins to seal the logs of a service. Every process of the service runs one: for each log the database lets a
 * single one seal at a time, so that there is no leader, and nothing to take over when a process is killed.
 *
 * @param service - Its part of the manifest.
 * @param db - Its database. A connection of its own (`max: 1`) keeps sealing out of the way of requests.
 *   Give it no time limit (`statementTimeoutMs: 0`): a backlog is sealed in one statement, or not at all.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when the service owns no log of a given name.
 */
export function startSealer(service: Service, db: Queryable, options: SealerOptions = {}): Sealer {
  const { onError = () => undefined, events = {}, others = seldom } = options
  const names = options.logs ?? logsOf(service)
  for (const name of names) requireTable(service, name, 'immutable')
  const sealers = new Map(
    names.map((name) => {
      const table = service.owns[name]
      const isEvents = table?.mutability === 'immutable' && table.kind === 'events'
      return [name, new LogSealer(db, name, isEvents ? events : others, onError)] as const
    }),
  )
  const of = (log: string): LogSealer => {
    const found = sealers.get(log)
    if (found) return found
    requireTable(service, log, 'immutable')
    throw new FreeholdError('FREEHOLD_LOG_NOT_SEALED_HERE', {
      message: `The sealer of "${service.name}" was told to leave the log "${log}" out.`,
    })
  }
  return {
    nudge() {
      for (const sealer of sealers.values()) sealer.nudge()
    },
    sealedBeyond: (log, position, { waitMs, signal }) => of(log).sealedBeyond(position, waitMs, signal),
    state: (log) => of(log).state,
    async stop() {
      await Promise.all([...sealers.values()].map((sealer) => sealer.stop()))
    },
  }
}
