import type { Cursor, Delivery, EventTransport, Subscription } from '../events/index.js'

/** What a reader came to: a delivery, nothing in time, or an error. */
export type Read = { readonly delivery: Delivery | undefined } | { readonly error: unknown }

/** What readers are made of. */
export interface Reading {
  readonly transport: EventTransport
  readonly consumer: string
  readonly source: string
  readonly types: readonly string[]
  /** The most events of a delivery. */
  readonly limit: number
  /** How long a reader waits for events, in milliseconds. */
  readonly waitMs: number
  /** Called when a reader has come to something. */
  readonly onRead: () => void
}

/** Reads on from one cursor, one delivery ahead of whoever takes them. */
export class Reader {
  readonly #reading: Reading
  readonly #abort = new AbortController()
  readonly #after: Cursor
  #subscription: Promise<Subscription> | undefined
  #isReading = false
  #read: Read | undefined
  #hasClosed = false

  constructor(reading: Reading, after: Cursor) {
    this.#reading = reading
    this.#after = after
  }

  /** What has been read, once; begins to read when nothing is and nobody does. */
  poll(): Read | undefined {
    const read = this.#read
    this.#read = undefined
    if (read === undefined || 'delivery' in read) this.#begin()
    return read
  }

  async close(): Promise<void> {
    this.#hasClosed = true
    this.#abort.abort()
    const subscription = await this.#subscription?.catch(() => undefined)
    await subscription?.close()
  }

  #begin(): void {
    if (this.#isReading || this.#hasClosed) return
    this.#isReading = true
    // What has been read goes first: its handler need not wait for the next request to be made.
    setImmediate(() => {
      if (this.#hasClosed) return
      void this.#next().then((read) => {
        this.#isReading = false
        this.#read = read
        this.#reading.onRead()
      })
    })
  }

  /** Never rejects: it reads ahead, when nobody may be listening. */
  async #next(): Promise<Read> {
    const { transport, consumer, source, types, limit, waitMs } = this.#reading
    try {
      this.#subscription ??= transport.subscribe({ consumer, source, types, after: this.#after })
      const subscription = await this.#subscription
      const { signal } = this.#abort
      return { delivery: await subscription.next({ limit, waitMs, signal }) }
    } catch (error) {
      return { error }
    }
  }
}

/**
 * The readers of a consumer, by the position that they read on from. Lanes that lag have one of their own.
 *
 * A reader that has given a delivery is beyond its position, whatever becomes of the delivery: it is taken out, and comes
 * back where the cursor is moved to. Otherwise what was not applied would never be read again.
 */
export class Readers {
  readonly #reading: Reading
  readonly #onError: (error: unknown) => void
  readonly #byPosition = new Map<number, Reader>()
  #out: Reader | undefined

  constructor(reading: Reading, onError: (error: unknown) => void) {
    this.#reading = reading
    this.#onError = onError
  }

  /** What was read on from a cursor. */
  poll(after: Cursor): Read | undefined {
    this.drop()
    const reader = this.#byPosition.get(after.position) ?? new Reader(this.#reading, after)
    this.#byPosition.set(after.position, reader)
    const read = reader.poll()
    if (read === undefined || ('delivery' in read && read.delivery === undefined)) return read
    this.#byPosition.delete(after.position)
    this.#out = reader
    return read
  }

  /** All of the last delivery was applied, and this is where its lanes stand. */
  moved(to: number): void {
    if (this.#out === undefined || this.#byPosition.has(to)) return
    this.#byPosition.set(to, this.#out)
    this.#out = undefined
  }

  /** What was read ahead of the last delivery is of no use, unless it has {@link moved}. */
  drop(): void {
    if (this.#out !== undefined) this.#close(this.#out)
    this.#out = undefined
  }

  /** Closes those from whose positions nobody reads on. */
  keep(positions: { has(position: number): boolean }): void {
    for (const [position, reader] of [...this.#byPosition]) {
      if (positions.has(position)) continue
      this.#byPosition.delete(position)
      this.#close(reader)
    }
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    this.drop()
    const readers = [...this.#byPosition.values()]
    this.#byPosition.clear()
    for (const result of await Promise.allSettled(readers.map((reader) => reader.close())))
      if (result.status === 'rejected') this.#onError(result.reason)
  }

  #close(reader: Reader): void {
    reader.close().catch(this.#onError)
  }
}
