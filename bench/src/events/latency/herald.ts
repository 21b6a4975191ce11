/** Somebody who tells an event and has a handler for it. */
export interface Herald {
  readonly name: string
  /** Commits a change with an event of this id. */
  tell(id: string): Promise<void>
}

/** Hears of an event as it enters the handler. */
export type Heard = (id: string) => void

/** Knows when which event came in, and wakes who waits for it. */
export class Ear {
  readonly #times = new Map<string, number>()
  readonly #waiting = new Map<string, (at: number) => void>()

  readonly hear: Heard = (id) => {
    const at = performance.now()
    this.#waiting.get(id)?.(at)
    this.#times.set(id, at)
  }

  /** When the event came in, by `performance.now()`. */
  async heardAt(id: string): Promise<number> {
    const at = this.#times.get(id) ?? (await new Promise<number>((resolve) => this.#waiting.set(id, resolve)))
    this.#times.delete(id)
    this.#waiting.delete(id)
    return at
  }
}
