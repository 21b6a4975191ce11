import { startConsumer, type Consumer, type ConsumerState } from '../consumers/index.js'
import { isFreeholdError } from '@freehold/manifest/errors'
import { applyTo, type Target } from './build-apply.js'
import { consumerOf } from './build.js'
import type { Feed } from './feeds.js'
import type { ProjectionOptions } from './options.js'
import { FreshnessGauge } from './staleness.js'

/** Applies the events of all sources to one build. */
export class BuildConsumers {
  readonly target: Target
  readonly #consumers: { source: string; consumer: Consumer; gauge: FreshnessGauge }[]
  #problem: string | undefined
  #hasApplied = false

  constructor(target: Target, feeds: readonly Feed[], options: ProjectionOptions, onMoved: () => void) {
    this.target = target
    this.#consumers = feeds.map((feed) => {
      const gauge = new FreshnessGauge()
      return { source: feed.source, gauge, consumer: this.#consume(feed, gauge, options, onMoved) }
    })
  }

  /** Why it stands still, as far as this process knows. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Whether this process has applied events to it. */
  get isAtWork(): boolean {
    return this.#hasApplied
  }

  states(): Record<string, ConsumerState> {
    return Object.fromEntries(this.#consumers.map(({ source, consumer }) => [source, consumer.state()]))
  }

  /** The age of the oldest event that is not applied; undefined while no lane is held here. */
  ageMs(): number | undefined {
    const ages = this.#consumers.flatMap(({ consumer, gauge }) => {
      const { position } = consumer.state()
      return position === undefined ? [] : [gauge.ageMs(position)]
    })
    return ages.length === 0 ? undefined : Math.max(...ages)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#consumers.map(({ consumer }) => consumer.stop()))
  }

  #consume(
    { source, types, contracts, apply, given }: Feed,
    gauge: FreshnessGauge,
    options: ProjectionOptions,
    onMoved: () => void,
  ): Consumer {
    const { service, db, lanes, batch, waitMs, retry, leaseMs } = options
    const { target } = this
    const effect = applyTo(target, apply)
    return startConsumer({
      service,
      name: consumerOf(target.table, target.build),
      source,
      db,
      lanes,
      batch,
      waitMs,
      retry,
      leaseMs,
      types: [...types, ...contracts],
      keys: given.keys,
      transport: gauge.listened(given.transport),
      onFork: given.onFork,
      onForked: given.onForked,
      apply: async (tx, events) => {
        try {
          await effect(tx, events)
          this.#problem = undefined
          this.#hasApplied = true
        } catch (error) {
          if (isFreeholdError(error, 'FREEHOLD_PROJECTION_MOVED')) onMoved()
          if (isFreeholdError(error, 'FREEHOLD_PROJECTION_SIDE_EFFECT')) this.#problem = error.message
          throw error
        }
      },
      onError: (error, failure) => options.onError?.(error, { ...failure, build: target.build }),
    })
  }
}
