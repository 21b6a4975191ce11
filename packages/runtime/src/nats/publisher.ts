import { eventsLogOf, natsPrefix, natsStream } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import type { Cursor } from '../events/index.js'
import { requireTable } from '../statements/require-table.js'
import { notCarried, reasonOf } from './broker-errors.js'
import { logReader, type LogReader } from './log-reader.js'
import { epochAt, publicationOf } from './publication.js'
import type { NatsPublisher, NatsPublisherOptions, NatsPublisherState } from './publisher-options.js'
import { ensureStream, placeInStream } from './stream.js'
import { Runs } from './runs.js'
import { storeRun, type Stored } from './stream-writer.js'
import { sleep } from './waiting.js'

/** How many events are in the first run. */
const firstRun = 64
/** Bytes that a run should not have more of, judged by the one before it. */
const runBytes = 4_194_304
/** How many runs are on their way at a time. */
const mostRuns = 2
/** How long it waits for more, in milliseconds, before it looks whether log and stream are still the same. */
const idleMs = 5_000
const firstRetryMs = 100
const longestRetryMs = 1_000

/**
 * Begins to carry the sealed events of a service into its JetStream stream. Every instance of the service may run one:
 * one of them carries, the others stand by. Nothing is written to PostgreSQL for it: where it stands is the last
 * message of the stream. A position is the sequence of its message.
 *
 * @throws FreeholdError `FREEHOLD_EVENT_LOG_MISSING` when the service has no log of events,
 *   `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when it has not the one that is named.
 */
export function startNatsPublisher(options: NatsPublisherOptions): NatsPublisher {
  const { service } = options
  const log = options.log ?? eventsLogOf(service)
  if (log === undefined)
    throw new FreeholdError('FREEHOLD_EVENT_LOG_MISSING', {
      message: `The service "${service.name}" has no log of events to carry to NATS.`,
    })
  requireTable(service, log, 'immutable')
  const publisher = new Publisher(options, log)
  return { state: () => publisher.state, stop: () => publisher.stop() }
}

class Publisher {
  state: NatsPublisherState = { phase: 'starting', position: 0, error: undefined }
  readonly #options: NatsPublisherOptions
  readonly #log: string
  readonly #prefix: string
  readonly #stream: string
  readonly #reader: LogReader
  readonly #end = new AbortController()
  readonly #done: Promise<void>
  /** Then a run of one comes first: of that the server says why it is not stored, if it was no other instance. */
  #wasOvertaken = false

  constructor(options: NatsPublisherOptions, log: string) {
    this.#options = options
    this.#log = log
    this.#prefix = options.prefix ?? natsPrefix
    this.#stream = natsStream(options.service.name, this.#prefix)
    this.#reader = logReader(options.db, options.service.name, log, this.#stream)
    this.#done = this.#run()
  }

  stop(): Promise<void> {
    this.#end.abort()
    return this.#done
  }

  async #run(): Promise<void> {
    let retryMs = firstRetryMs
    while (!this.#end.signal.aborted) {
      const { position } = this.state
      try {
        await this.#carry()
        retryMs = firstRetryMs
      } catch (error) {
        const isForked = isFreeholdError(error, 'FREEHOLD_EVENTS_STREAM_FORKED')
        this.state = { ...this.state, phase: isForked ? 'forked' : 'retrying', error }
        this.#options.onError?.(error)
        if (isForked) return
        if (this.state.position > position) retryMs = firstRetryMs
        await sleep(retryMs, this.#end.signal)
        retryMs = Math.min(retryMs * 2, longestRetryMs)
      }
    }
    this.state = { ...this.state, phase: 'stopped' }
  }

  /** Carries from the last message of the stream on, until it is stopped or another instance was faster. */
  async #carry(): Promise<void> {
    const manager = await this.#manager()
    let sent = await this.#lastOf(manager)
    await this.#reader.after(sent, 0)
    this.state = { phase: 'carrying', position: sent.position, error: undefined }
    const { runLength = 512 } = this.#options
    let limit = this.#wasOvertaken ? 1 : Math.min(runLength, firstRun)
    this.#wasOvertaken = false
    const runs = new Runs()
    try {
      while (!this.#end.signal.aborted) {
        const events = await this.#reader.after(sent, limit)
        if (events.length === 0) {
          if (!(await runs.settle(0))) break
          await this.#more(sent.position)
          continue
        }
        // Read after the events: the life of each of them is there.
        const epochs = await this.#reader.epochs()
        const run = events.map((event) =>
          publicationOf(this.#prefix, this.#options.service.name, event, epochAt(epochs, event.position)),
        )
        if (!(await runs.settle(mostRuns - 1))) break
        sent = run.at(-1) ?? sent
        const bytes = run.reduce((sum, { payload }) => sum + payload.length, 0)
        limit = Math.max(1, Math.min(runLength, Math.floor((runBytes * run.length) / bytes)))
        runs.add(this.#store(run, sent.position))
      }
      await this.#standBy(manager)
    } finally {
      // What is still on its way is answered before anybody looks at the stream again.
      await runs.answered()
    }
  }

  async #store(run: Parameters<typeof storeRun>[2], position: number): Promise<Stored> {
    const { connection, timeoutMs = 3_000 } = this.#options
    const stored = await storeRun(connection, this.#stream, run, timeoutMs)
    if (stored.kind === 'stored') this.state = { ...this.state, position }
    return stored
  }

  /** Waits until more than a position is sealed. */
  async #more(position: number): Promise<void> {
    const options = { waitMs: idleMs, signal: this.#end.signal }
    const known = await this.#options.sealer.sealedBeyond(this.#log, position, options)
    // Where the sealer is further than this database shows, it is asked again and again.
    if (known > position) await sleep(1, this.#end.signal)
  }

  /** Leaves it to another instance as long as that carries what is there. */
  async #standBy(manager: JetStreamManager): Promise<void> {
    const { standbyMs = 500 } = this.#options
    this.#wasOvertaken = true
    this.state = { ...this.state, phase: 'standby' }
    while (!this.#end.signal.aborted) {
      const head = await this.#reader.head()
      await sleep(standbyMs * (1 + Math.random()), this.#end.signal)
      const last = await this.#lastOf(manager)
      await this.#reader.after(last, 0)
      this.state = { ...this.state, position: last.position }
      if (last.position < head) return
    }
  }

  async #manager(): Promise<JetStreamManager> {
    const { connection, timeoutMs = 3_000 } = this.#options
    return jetstreamManager(connection, { checkAPI: false, timeout: timeoutMs })
  }

  async #lastOf(manager: JetStreamManager): Promise<Cursor> {
    const { service, replicas = 1, maxBytes = -1 } = this.#options
    try {
      const limits = { replicas, maxBytes }
      const { state } = await ensureStream(manager, this.#stream, this.#prefix, service.name, limits)
      if (state.last_seq === 0) return { position: 0, segment: null, epoch: null }
      return await placeInStream(manager, this.#stream, state.last_seq)
    } catch (error) {
      throw isFreeholdError(error) ? error : notCarried(reasonOf(error), error)
    }
  }
}
