import { isFreeholdError, type FreeholdError } from '@freehold/manifest/errors'
import type { Delivered } from '../events/index.js'
import { Alarm } from '../sealing/alarm.js'
import type { Application } from './application.js'
import { failureKind, waitMs } from './failures.js'
import { Holding } from './holding.js'
import type { Lane } from './lane.js'
import type { LaneStore } from './lane-store.js'
import type { Membership } from './membership.js'
import type { ConsumerOptions, ConsumerState } from './options.js'
import type { ParkedRetries } from './parked-retries.js'
import { Progress } from './progress.js'
import { Readers, type Reading } from './reader.js'
import { Turns } from './turns.js'

/** What a consumer is made of. */
export interface ConsumerParts {
  readonly options: Pick<ConsumerOptions, 'onError'>
  readonly lanes: number
  readonly store: LaneStore
  readonly membership: Membership
  readonly application: Application
  readonly retries: ParkedRetries
  readonly reading: Omit<Reading, 'onRead'>
  /** Told that the log is another one. @returns Whether to go on. */
  readonly fork: (error: FreeholdError, lanes: readonly Lane[]) => Promise<boolean>
}

const backoff = { firstMs: 50, mostMs: 10_000 }
const longestSleepMs = 60_000
/** A publisher that asks for more is asked again sooner. */
const mostRetryAfterMs = 60_000

/** Takes its share of the lanes, and applies what is read for them, one transaction after another. */
export class ConsumerLoop {
  readonly #parts: ConsumerParts
  readonly #readers: Readers
  readonly #holding: Holding
  readonly #turns: Turns
  readonly #progress = new Progress()
  /** Rung by whatever there may be to do; the other one only by the end. */
  readonly #alarm = new Alarm()
  readonly #halt = new Alarm()
  readonly #done: Promise<void>
  #failures = 0
  #hasStopped = false

  constructor(parts: ConsumerParts) {
    this.#parts = parts
    this.#holding = new Holding(parts.store)
    const reading = { ...parts.reading, onRead: () => this.#alarm.ring() }
    this.#readers = new Readers(reading, (error) => this.#tell(error))
    this.#turns = new Turns(parts.lanes, this.#readers, parts.application, this.#progress)
    this.#done = this.#run()
  }

  state(): ConsumerState {
    return this.#progress.state(this.#holding.lanes)
  }

  async stop(): Promise<void> {
    this.#hasStopped = true
    this.#alarm.ring()
    this.#halt.ring()
    await this.#done
  }

  /** Told of an event that could not be handled. */
  heard(error: unknown, event: Delivered | undefined, isParked: boolean): void {
    this.#progress.failed(error, isParked)
    this.#parts.options.onError?.(error, { event, isParked })
  }

  #tell(error: unknown): void {
    this.heard(error, undefined, false)
  }

  get #hasEnded(): boolean {
    return this.#hasStopped || this.#progress.hasEnded
  }

  async #run(): Promise<void> {
    const { membership, store, lanes } = this.#parts
    await this.#untilItWorks(() => store.register(lanes))
    membership.start(
      (census) => {
        this.#progress.counted(census.parked)
        this.#holding.counted(census)
        this.#alarm.ring()
      },
      (error) => this.#tell(error),
    )
    while (!this.#hasEnded) await this.#untilItWorks(() => this.#round())
    await membership.stop()
    await this.#readers.close()
    await this.#holding.leave().catch((error: unknown) => this.#tell(error))
    this.#progress.ended('stopped')
  }

  async #untilItWorks(work: () => Promise<void>): Promise<void> {
    while (!this.#hasEnded) {
      try {
        await work()
        return
      } catch (error) {
        await this.#failed(error)
      }
    }
  }

  async #failed(error: unknown): Promise<void> {
    // That others have taken a lane is no failure.
    if (failureKind(error) !== 'fenced') this.#tell(error)
    this.#holding.doubt()
    if (isFreeholdError(error, 'FREEHOLD_CONSUMER_LANES_CHANGED')) this.#progress.ended('refused')
    else if (
      isFreeholdError(error, 'FREEHOLD_EVENTS_CURSOR_FORKED') ||
      isFreeholdError(error, 'FREEHOLD_EVENTS_ARCHIVED')
    )
      await this.#forked(error)
    this.#failures += 1
    const pause = retryAfterMs(error) + waitMs(backoff, this.#failures)
    await this.#halt.sleep(this.#hasEnded ? 0 : pause)
  }

  async #forked(error: FreeholdError): Promise<void> {
    try {
      const goesOn = await this.#parts.fork(error, this.#holding.lanes)
      if (!goesOn)
        this.#progress.ended(isFreeholdError(error, 'FREEHOLD_EVENTS_ARCHIVED') ? 'archived' : 'forked')
    } catch (failure) {
      // It will turn out to be another log again, and be tried again.
      this.#tell(failure)
    }
  }

  async #round(): Promise<void> {
    await this.#holding.settle()
    const { lanes } = this.#holding
    if (await this.#parts.retries.some(lanes)) return
    const waitMs = await this.#turns.next(lanes)
    if (waitMs === undefined) this.#failures = 0
    else await this.#alarm.sleep(Math.min(longestSleepMs, waitMs))
  }
}

/** How long the publisher asks to be left alone, in milliseconds; 0 when it says nothing of that. */
function retryAfterMs(error: unknown): number {
  if (!isFreeholdError(error, 'FREEHOLD_EVENTS_UNAVAILABLE')) return 0
  const asked = Number(error.details['retryAfterMs'] ?? 0)
  return asked > 0 ? Math.min(mostRetryAfterMs, asked) : 0
}
