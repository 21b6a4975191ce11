import { createInbox, nanos, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { pullStatusOf } from './pull-status.js'
import { metadataOf, type Arrival } from './arrival.js'

/** How often the server shows that it still works on a request, in milliseconds. */
const heartbeatMs = 500
/** How long nothing may be heard of a request. */
const quietMs = heartbeatMs * 3
/** How long the server keeps a request. */
const expiresMs = 30_000
/** How long is waited for a page to be full when the server has more, in milliseconds. */
const pageMs = 500
/** Bytes that a request may bring; one event has at most a fourth of a megabyte of data. */
const requestBytes = 8_388_608

/** What the server keeps of a subscription: its name, in its stream. */
export interface ServerConsumer {
  readonly stream: string
  readonly name: string
  /** Whether it brings all that is in the stream. */
  readonly isWhole: boolean
  /** The position after which it brings. */
  readonly after: number
}

/** Asks the server for messages, and keeps those that came until they are taken. Breaks when one was lost on the way. */
export class Pulls {
  readonly #connection: NatsConnection
  readonly #subject: string
  readonly #inbox: string
  readonly #subscription: Subscription
  readonly #arrivals: Arrival[] = []
  readonly #isWhole: boolean
  #last: number
  #head: number
  #sent = 0
  #pending = 0
  #asked = 0
  /** How long was waited since anything was heard, over several waits: between them nobody listens. */
  #silentMs = 0
  #heard = 0
  #broken: string | undefined
  #wake: (() => void) | undefined

  constructor(connection: NatsConnection, consumer: ServerConsumer, inboxPrefix: string) {
    this.#connection = connection
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${consumer.stream}.${consumer.name}`
    this.#isWhole = consumer.isWhole
    this.#last = consumer.after
    this.#head = consumer.after
    this.#inbox = createInbox(inboxPrefix)
    this.#subscription = connection.subscribe(this.#inbox, {
      callback: (error, message) => (error === null ? this.#hear(message) : this.#break(error.message)),
    })
  }

  /** Why nothing more comes of it. */
  get broken(): string | undefined {
    return this.#broken
  }

  /** The last position that is known to be in the stream; where it does not bring all, with but the wanted ones. */
  get head(): number {
    return this.#head
  }

  /** Asks for as many, unless more than that are on their way or here: so two pages are, at the most. */
  ask(limit: number): void {
    if (this.#broken !== undefined || this.#asked + this.#arrivals.length > limit) return
    this.#asked += limit
    const request = {
      batch: limit,
      max_bytes: requestBytes,
      expires: nanos(expiresMs),
      idle_heartbeat: nanos(heartbeatMs),
    }
    this.#connection.publish(this.#subject, JSON.stringify(request), { reply: this.#inbox })
  }

  /** Takes what is here, at most so many. */
  take(limit: number): Arrival[] {
    return this.#arrivals.splice(0, limit)
  }

  /** Puts back what was taken. */
  putBack(arrivals: readonly Arrival[]): void {
    this.#arrivals.unshift(...arrivals)
  }

  /** Waits until something is here or it breaks, or the time is up, in milliseconds; then for what comes with it. */
  async arrival(limit: number, waitMs: number, signal: AbortSignal): Promise<void> {
    await this.#until(() => this.#arrivals.length > 0, waitMs, signal)
    const isAll = (): boolean => this.#arrivals.length >= limit || this.#pending === 0
    if (this.#arrivals.length > 0) await this.#until(isAll, pageMs, signal)
  }

  async #until(isSo: () => boolean, waitMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + waitMs
    while (!isSo() && this.#broken === undefined && !signal.aborted) {
      const now = performance.now()
      if (now >= deadline) return
      if (this.#silentMs >= quietMs) this.#break('nothing is heard of the server')
      else if (this.#asked === 0) return
      else {
        const silentMs = await this.#woken(Math.min(deadline - now, quietMs - this.#silentMs), signal)
        this.#silentMs += silentMs
      }
    }
  }

  close(): void {
    this.#break('it is closed')
  }

  #hear(message: Msg): void {
    this.#silentMs = 0
    this.#heard += 1
    const metadata = metadataOf(message.reply)
    if (metadata === undefined) this.#status(message)
    else this.#arrive({ ...metadata, message })
  }

  #arrive(arrival: Arrival): void {
    const { sequence, sent, pending } = arrival
    this.#asked = Math.max(0, this.#asked - 1)
    const isLost = sent !== this.#sent + 1 || (this.#isWhole && sequence > this.#last + 1)
    if (isLost) {
      this.#break('a message was lost on the way')
      return
    }
    this.#sent = sent
    this.#pending = pending
    this.#head = sequence + pending
    if (sequence <= this.#last) return
    this.#last = sequence
    this.#arrivals.push(arrival)
    this.#wake?.()
  }

  #status(message: Msg): void {
    const status = pullStatusOf(message)
    if (status.kind === 'broken') this.#break(status.why)
    if (status.kind !== 'ended') return
    this.#asked = Math.max(0, this.#asked - (status.left ?? this.#asked))
    this.#wake?.()
  }

  #break(why: string): void {
    if (this.#broken !== undefined) return
    this.#broken = why
    if (!this.#subscription.isClosed()) this.#subscription.unsubscribe()
    this.#wake?.()
  }

  /** @returns How long it was quiet, in milliseconds: none when it was woken. */
  async #woken(ms: number, signal: AbortSignal): Promise<number> {
    const begin = performance.now()
    const heard = this.#heard
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.#wake = undefined
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal.addEventListener('abort', end)
      this.#wake = end
    })
    return this.#heard === heard ? performance.now() - begin : 0
  }
}
