import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { Application } from '../consumers/application.js'
import type { Lane, Subscriber } from '../consumers/lane.js'
import { LaneStore } from '../consumers/lane-store.js'
import type { Cursor } from '../events/index.js'
import { applyTo, type Target } from './build-apply.js'
import { consumerOf } from './build.js'
import { bringLanes } from './bring-lanes.js'
import type { Feed } from './feeds.js'
import type { ProjectionOptions } from './options.js'
import { seize } from './seize.js'

/** All lanes of one consumer, held here. */
interface Held {
  readonly store: LaneStore
  readonly lanes: Lane[]
  readonly application: Application
  readonly consumer: string
}

/**
 * Brings two builds to one position: takes all lanes of both from whoever holds them, and applies what the one that is
 * behind lacks, and no more. If this process dies meanwhile, the lanes are free again when their lease is over.
 */
export class Alignment {
  readonly #options: ProjectionOptions
  readonly #feeds: readonly Feed[]
  readonly #targets: readonly Target[]
  readonly #leaseMs: number
  readonly #instance = randomUUID()
  #held: Held[] = []

  /** @param holdMs - For how long the lanes are to be kept after that, in milliseconds. */
  constructor(
    options: ProjectionOptions,
    feeds: readonly Feed[],
    targets: readonly Target[],
    holdMs: number,
  ) {
    this.#options = options
    this.#feeds = feeds
    this.#targets = targets
    this.#leaseMs = (options.leaseMs ?? 10_000) + holdMs
  }

  /**
   * @param deadline - By `performance.now()`.
   * @returns The position of each source.
   * @throws FreeholdError `FREEHOLD_PROJECTION_BEHIND` when it takes longer; what the transport throws.
   */
  async align(deadline: number): Promise<Record<string, number>> {
    for (;;) {
      try {
        this.#held = []
        const positions: Record<string, number> = {}
        for (const feed of this.#feeds) positions[feed.source] = await this.#alignFeed(feed, deadline)
        return positions
      } catch (error) {
        // Another process verifies, too, or a lane changed its owner just then.
        if (!isRace(error) || performance.now() > deadline) throw error
        await delay(100 + Math.random() * 200)
      }
    }
  }

  /** Gives the lanes back. Those that another has taken meanwhile stay with it. */
  async release(): Promise<void> {
    const held = this.#held
    this.#held = []
    for (const { store, lanes } of held) await store.release(lanes)
  }

  async #alignFeed(feed: Feed, deadline: number): Promise<number> {
    const both: Held[] = []
    for (const target of this.#targets) both.push(await this.#take(feed, target))
    this.#held.push(...both)
    const cursors = both.flatMap(({ lanes }) => lanes.map(({ cursor }) => cursor))
    if (both.some(({ lanes }) => lanes.length === 0)) throw behind(this.#options.table, feed.source)
    const goal = cursors.reduce((most, cursor) => (cursor.position > most.position ? cursor : most))
    for (const held of both) await this.#bring(feed, held, goal, deadline)
    return goal.position
  }

  async #take({ source, apply, open }: Feed, target: Target): Promise<Held> {
    const { db, service, table, retry } = this.#options
    const consumer = consumerOf(table, target.build)
    const subscriber: Subscriber = { service: service.name, consumer, source }
    const store = new LaneStore(db, subscriber, this.#instance, this.#leaseMs)
    await seize(db, subscriber, this.#instance, this.#leaseMs)
    const lanes = await store.held()
    const application = new Application({
      db,
      store,
      subscriber,
      apply: applyTo(target, apply),
      open,
      retry: { attempts: 5, firstMs: 50, mostMs: 1_000, ...retry },
      onFailure: (error, event, isParked) => this.#options.onError?.(error, { event, isParked }),
    })
    return { store, lanes, application, consumer }
  }

  async #bring(feed: Feed, held: Held, goal: Cursor, deadline: number): Promise<void> {
    const { service, table, batch = 1_000 } = this.#options
    const hasCome = await bringLanes({
      transport: feed.given.transport,
      subscriber: `${service.name}.${held.consumer}`,
      source: feed.source,
      types: feed.types,
      lanes: held.lanes,
      application: held.application,
      limit: batch,
      goal,
      deadline,
    })
    if (!hasCome) throw behind(table, feed.source)
  }
}

function isRace(error: unknown): boolean {
  return (
    isFreeholdError(error, 'FREEHOLD_CONSUMER_FENCED') ||
    isFreeholdError(error, 'FREEHOLD_SERIALIZATION_FAILURE')
  )
}

/** A build that does not come to where the other one is. */
export function behind(table: string, source: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROJECTION_BEHIND', {
    message: `The rebuild of the projection "${table}" has not caught up with the events of "${source}" in time.`,
    details: { table, source },
  })
}
