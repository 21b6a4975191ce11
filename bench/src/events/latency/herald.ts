/** Somebody who tells an event and has a handler for it. */
export interface Herald {
  readonly name: string
  /** Commits a change with an event of this id. */
  tell(id: string): Promise<void>
}

/** Hears of an event as it enters the handler. */
export type Heard = (id: string) => void

const longestMs = 30_000

/** Knows when which event came in, and wakes who waits for it. */
export class Ear {
  readonly #times = new Map<string, number>()
  readonly #waiting = new Map<string, (at: number) => void>()

  readonly hear: Heard = (id) => {
    const at = performance.now()
    const waiting = this.#waiting.get(id)
    if (waiting) waiting(at)
    else this.#times.set(id, at)
  }

  /**
   * When the event came in, by `performance.now()`.
   *
   * @throws RangeError when it does not within half a minute: then somebody has lost it.
   */
  async heardAt(id: string): Promise<number> {
    const at = this.#times.get(id) ?? (await this.#next(id))
    this.#times.delete(id)
    return at
  }

  #next(id: string): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new RangeError(`the event ${id} was never heard`))
      }, longestMs)
      this.#waiting.set(id, (at) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(at)
      })
    })
  }
}
