import type { Delivery, EventTransport } from '../events/index.js'

/** Something that is to be applied: up to which position, and how old the first of it is. */
interface Pending {
  readonly to: number
  /** By the clock of this machine, in milliseconds. */
  readonly since: number
}

/** More deliveries than this are not on their way at a time; the oldest ones are what counts. */
const mostPending = 64

/** Listens to what a transport delivers, and measures how old what is not applied yet is. */
export class FreshnessGauge {
  #pending: Pending[] = []
  #lastContact = Date.now()
  #isCutOff = false

  /** The same transport, listened to. */
  listened(transport: EventTransport): EventTransport {
    return {
      subscribe: async (options) => {
        const subscription = await this.#heard(transport.subscribe(options))
        return {
          next: async (reading) => {
            const delivery = await this.#heard(subscription.next(reading))
            if (delivery !== undefined) this.#delivered(delivery)
            return delivery
          },
          close: () => subscription.close(),
        }
      },
    }
  }

  /** @param position - What has been applied. @returns Milliseconds. */
  ageMs(position: number): number {
    this.#pending = this.#pending.filter(({ to }) => to > position)
    const now = Date.now()
    const oldest = Math.min(now, ...this.#pending.map(({ since }) => since))
    return Math.max(now - oldest, this.#isCutOff ? now - this.#lastContact : 0, 0)
  }

  async #heard<T>(answer: Promise<T>): Promise<T> {
    try {
      const value = await answer
      this.#isCutOff = false
      this.#lastContact = Date.now()
      return value
    } catch (error) {
      this.#isCutOff = true
      throw error
    }
  }

  #delivered({ events, cursor, head }: Delivery): void {
    const [first] = events
    const known = this.#pending.reduce((most, { to }) => Math.max(most, to), 0)
    if (first !== undefined && this.#pending.length < mostPending) {
      this.#pending.push({ to: cursor.position, since: first.time.getTime() })
    }
    // What comes after this delivery was written before now, and is not read yet.
    if (head > Math.max(cursor.position, known) && this.#pending.length < mostPending) {
      this.#pending.push({ to: head, since: Date.now() })
    }
  }
}
