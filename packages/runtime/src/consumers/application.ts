import type { Database, Transaction } from '../database/index.js'
import type { Cursor, Delivered, Opener } from '../events/index.js'
import type { Apply } from './effect.js'
import { failureKind, textOf, textOfPersonal, waitMs, type Backoff, type Failure } from './failures.js'
import type { Lane, Routed, Subscriber } from './lane.js'
import type { LaneStore } from './lane-store.js'
import { parkEvents } from './parking.js'
import { recorded } from './recorded.js'

/** How often an event is tried before it is parked, and how long is waited between. */
export interface Retry extends Backoff {
  /**
   * The most tries of an event that cannot be handled: 1 or more. A try that the database stopped because a statement or
   * a lock took too long counts only from the one after so many: others may have held it up.
   */
  readonly attempts: number
}

/** What applying needs. */
export interface Applying {
  readonly db: Database
  readonly store: LaneStore
  readonly subscriber: Subscriber
  readonly apply: Apply
  /** Absent where nothing is to be opened. */
  readonly open: Opener | undefined
  readonly retry: Retry
  /** Hears of an event that could not be handled this time. */
  readonly onFailure: (error: unknown, event: Delivered, isParked: boolean) => void
}

/** A lane that stands before an event that could not be handled. */
interface Wait {
  readonly position: number
  readonly tries: number
  /** Those tries for which the event was to blame. */
  readonly faults: number
  /** Those that the database stopped because they took too long. */
  readonly timeouts: number
  /** By `performance.now()`. */
  readonly notBefore: number
}

/** Applies events: all in one transaction, lane by lane when that fails, and one by one when that fails. */
export class Application {
  readonly #with: Applying
  readonly #waits = new Map<number, Wait>()

  constructor(applying: Applying) {
    this.#with = applying
  }

  /** When a lane may be tried again, by `performance.now()`; 0 when it does not wait. */
  notBefore({ lane }: Lane): number {
    return this.#waits.get(lane)?.notBefore ?? 0
  }

  /**
   * Applies events and moves their lanes, which stand at one position.
   *
   * @returns Whether all of the lanes were moved; one that was not has its {@link notBefore}.
   * @throws What is not the fault of an event: the lanes must be read anew.
   */
  async apply(lanes: readonly Lane[], events: readonly Routed[], to: Cursor): Promise<boolean> {
    return this.#apply(lanes, await this.#opened(events), to)
  }

  /** Before any transaction: whoever has the keys may take long to answer. */
  async #opened(events: readonly Routed[]): Promise<readonly Routed[]> {
    const { open } = this.#with
    if (open === undefined || events.length === 0) return events
    const opened = await open(events.map(({ event }) => event))
    return events.map((routed, index) => ({ ...routed, opened: opened[index] }))
  }

  async #apply(lanes: readonly Lane[], events: readonly Routed[], to: Cursor): Promise<boolean> {
    const isSuspect = lanes.some(({ lane }) => this.#waits.has(lane)) && lanes.length + events.length > 2
    if (isSuspect) return this.#inParts(lanes, events, to)
    try {
      await this.#transact(lanes, events, to)
      return true
    } catch (error) {
      const kind = failureKind(error)
      const [only, ...others] = events
      if (kind === 'fenced' || kind === 'unavailable' || only === undefined) throw error
      if (lanes.length > 1 || others.length > 0) return this.#inParts(lanes, events, to)
      return this.#failed(only, to, error, kind)
    }
  }

  async #inParts(lanes: readonly Lane[], events: readonly Routed[], to: Cursor): Promise<boolean> {
    if (lanes.length === 1) return this.#oneByOne(lanes, events, to)
    let areAllMoved = true
    for (const lane of lanes) {
      const own = events.filter((routed) => routed.lane === lane)
      if (!(await this.#apply([lane], own, to))) areAllMoved = false
    }
    return areAllMoved
  }

  async #oneByOne(lanes: readonly Lane[], events: readonly Routed[], to: Cursor): Promise<boolean> {
    for (const routed of events) {
      const { position, segment } = routed.event
      if (!(await this.#apply(lanes, [routed], { position, segment, epoch: to.epoch }))) return false
    }
    if (to.position > (events.at(-1)?.event.position ?? 0)) await this.#transact(lanes, [], to)
    return true
  }

  async #transact(lanes: readonly Lane[], events: readonly Routed[], to: Cursor): Promise<void> {
    const { db, store, subscriber, apply } = this.#with
    const live = events.filter(({ event, lane }) => !lane.parked.has(event.subject))
    const behind = events.filter(({ event, lane }) => lane.parked.has(event.subject))
    const handled = live.map(({ event, opened }) => opened?.event() ?? event)
    const effect = async (tx: Transaction): Promise<void> => {
      if (handled.length > 0) await apply(tx, handled)
      await recorded(async () => {
        if (behind.length > 0) await parkEvents(tx, subscriber, behind)
        await store.move(tx, lanes, to)
      })
    }
    await db.transaction(effect, { idleMs: store.leaseMs })
    this.#moved(lanes, to)
  }

  async #failed(
    { event, lane, opened }: Routed,
    to: Cursor,
    error: unknown,
    kind: Failure,
  ): Promise<boolean> {
    const { retry, onFailure } = this.#with
    const known = this.#waits.get(lane.lane)
    const last = known?.position === event.position ? known : { tries: 0, faults: 0, timeouts: 0 }
    const tries = last.tries + 1
    const faults = last.faults + (kind === 'fault' ? 1 : 0)
    const timeouts = last.timeouts + (kind === 'timeout' ? 1 : 0)
    const attempts = faults + Math.max(0, timeouts - retry.attempts)
    if (attempts >= retry.attempts) {
      const text = opened?.isPersonal === true ? textOfPersonal(error) : textOf(error)
      await this.#park({ event, lane }, to, text, faults + timeouts)
      onFailure(error, event, true)
      return true
    }
    const notBefore = performance.now() + waitMs(retry, tries)
    this.#waits.set(lane.lane, { position: event.position, tries, faults, timeouts, notBefore })
    onFailure(error, event, false)
    return false
  }

  async #park(routed: Routed, to: Cursor, error: string, attempts: number): Promise<void> {
    const { db, store, subscriber } = this.#with
    await db.transaction((tx) =>
      recorded(async () => {
        await parkEvents(tx, subscriber, [routed], { error, attempts })
        await store.move(tx, [routed.lane], to)
      }),
    )
    routed.lane.parked.add(routed.event.subject)
    this.#moved([routed.lane], to)
  }

  #moved(lanes: readonly Lane[], to: Cursor): void {
    for (const lane of lanes) {
      lane.cursor = to
      const wait = this.#waits.get(lane.lane)
      if (wait && wait.position <= to.position) this.#waits.delete(lane.lane)
    }
  }
}
