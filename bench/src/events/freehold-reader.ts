import { connect, type Database, type Sealer } from '@freehold/runtime'
import { sealedEvents, type SealedEvent } from '@freehold/runtime/events'
import { benchService, readerService } from '../stage/ownership.js'
import { insertArrivals } from './arrivals.js'

/** Freehold's consumer, at work. */
export interface FreeholdReader {
  /** Resolves when everything up to a position has had its effect, or rejects with what went wrong. */
  reached(position: number): Promise<void>
  stop(): Promise<void>
}

/** What the consumer is to do. */
export interface Reading {
  readonly publisherUrl: string
  readonly readerUrl: string
  /** The most events at a time. */
  readonly batch: number
  /** Whether the handler gets an event or a batch of them. */
  readonly handles: 'one' | 'batch'
  /** Tells when something new is sealed. */
  readonly sealer: Pick<Sealer, 'sealedBeyond'>
  /** Hears of each event as it enters the handler. */
  readonly onEvent?: (id: string) => void
}

/**
 * Starts what carries events into another database, with the effect and the cursor in one transaction: without lanes and
 * without HTTP, out of the sealed log itself, a batch at a time. It is the floor of what a consumer can cost; services run what
 * `startFeedReader` starts.
 */
export async function startFreeholdReader(reading: Reading): Promise<FreeholdReader> {
  const publisher = connect({ url: reading.publisherUrl, applicationName: 'bench feed', max: 1 })
  const database = connect({ url: reading.readerUrl, applicationName: 'bench reader', max: 1 })
  const consumer = new LogReader(reading, publisher, database, await cursorOf(database))
  return {
    reached: (position) => consumer.reached(position),
    async stop() {
      await consumer.stop()
      await Promise.all([publisher.close(), database.close()])
    },
  }
}

const log = sealedEvents(benchService.name, 'events')
const consumerName = `${readerService.name}.bench`

class LogReader {
  readonly #reading: Reading
  readonly #publisher: Database
  readonly #database: Database
  readonly #stopping = new AbortController()
  readonly #waiting = new Set<{ position: number; resolve: () => void; reject: (error: unknown) => void }>()
  readonly #done: Promise<void>
  #position: number

  constructor(reading: Reading, publisher: Database, database: Database, position: number) {
    this.#reading = reading
    this.#publisher = publisher
    this.#database = database
    this.#position = position
    this.#done = this.#run().catch((error: unknown) => {
      for (const { reject } of this.#waiting) reject(error)
    })
  }

  reached(position: number): Promise<void> {
    if (this.#position >= position) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiting.add({ position, resolve, reject }))
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const events = await log.read(this.#publisher, { after: this.#position, limit: this.#reading.batch })
      const last = events.at(-1)
      if (last === undefined)
        await this.#reading.sealer.sealedBeyond('events', this.#position, { waitMs: 1_000, signal })
      else await this.#apply(events, last)
    }
  }

  async #apply(events: readonly SealedEvent[], last: SealedEvent): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const sent = [insertArrivals('arrivals', events), moved(last)].map((statement) => tx.query(statement))
      await Promise.all(sent)
    })
    this.#position = last.position
    for (const one of this.#waiting) {
      if (one.position > this.#position) continue
      this.#waiting.delete(one)
      one.resolve()
    }
  }
}

async function cursorOf(database: Database): Promise<number> {
  const { rows } = await database.query<{ position: number }>({
    name: 'cursor',
    text: 'select position from cursors where consumer = $1',
    values: [consumerName],
  })
  return rows[0]?.position ?? 0
}

function moved({ position, segment }: SealedEvent): { name: string; text: string; values: unknown[] } {
  return {
    name: 'moved',
    text: `insert into cursors (consumer, position, segment) values ($1, $2, $3)
      on conflict (consumer) do update set position = excluded.position, segment = excluded.segment`,
    values: [consumerName, position, segment],
  }
}
