import type { Cursor, Delivered } from '../events/index.js'
import type { Lane } from './lane.js'
import type { ConsumerState } from './options.js'

/** Remembers what the state of a consumer is told from. */
export class Progress {
  #status: ConsumerState['status'] = 'running'
  #head = 0
  #lagMs = 0
  #lastEventAt: number | undefined
  #parked = 0
  #lastError: unknown

  get hasEnded(): boolean {
    return this.#status !== 'running'
  }

  /** The first end stays. */
  ended(status: Exclude<ConsumerState['status'], 'running'>): void {
    if (!this.hasEnded) this.#status = status
  }

  failed(error: unknown, isParked: boolean): void {
    this.#lastError = error
    if (isParked) this.#parked += 1
  }

  counted(parked: number): void {
    this.#parked = parked
  }

  read(head: number): void {
    this.#head = Math.max(this.#head, head)
  }

  applied(events: readonly Delivered[], to: Cursor): void {
    this.#head = Math.max(this.#head, to.position)
    this.#lastEventAt = events.at(-1)?.time.getTime() ?? this.#lastEventAt
    this.#lagMs = ageOf(this.#lastEventAt)
  }

  state(lanes: readonly Lane[]): ConsumerState {
    const position = lanes.length === 0 ? undefined : Math.min(...lanes.map(({ cursor }) => cursor.position))
    const events = position === undefined ? 0 : Math.max(0, this.#head - position)
    return {
      status: this.#status,
      position,
      head: this.#head,
      lag: { events, ms: events > 0 ? ageOf(this.#lastEventAt) : this.#lagMs },
      parked: this.#parked,
      lanes: lanes.map(({ lane }) => lane),
      lastError: this.#lastError,
    }
  }
}

/** Clocks of two machines differ: no age is less than none. */
function ageOf(at: number | undefined): number {
  return at === undefined ? 0 : Math.max(0, Date.now() - at)
}
